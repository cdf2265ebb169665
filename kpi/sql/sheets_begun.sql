-- Question:   which enterprises have begun an answer sheet or a draft for a year?  (codes alone, no values)
-- Grain:      one row per enterprise
-- Parameters: $year
select credit_code from worksheet where year = $year
union
select credit_code from draft where year = $year
order by credit_code
