# What runs side by side, what goes on with what came before, and what depends on it.
WORKFLOW report
  PARALLEL
    $sum = CALL calculate '(12 + 30) * 2'
    $rate = CALL json_query '{"rates": {"eur": 0.9}}' rates.eur
  END_PARALLEL
  $euros = CALL calculate '${sum} * ${rate}'
  IF ${euros} > 50
    TASK report
    CALL write_file report.txt '${sum} dollars are ${euros} euros'
  ELSE
    TASK forget
    CALL echo 'not worth a file'
  ENDIF
END_WORKFLOW
