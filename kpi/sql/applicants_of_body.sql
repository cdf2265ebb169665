-- Question:   which enterprises have a locked application of a year with a recommending body?
-- Grain:      one row per enterprise
-- Parameters: $body, $year
select distinct credit_code from release where body = $body and year = $year order by credit_code
