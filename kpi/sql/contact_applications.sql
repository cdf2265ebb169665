-- Question:   which applications of a year or before are kept, locked, reopened or drafted?  (to delete their contacts)
-- Grain:      one row per text of an application; an application that was locked twice unchanged is one
-- Parameters: $year
select distinct credit_code, year, application
from (
    select credit_code, year, application from release
    union all
    select credit_code, year, application from withdrawn
    union all
    select credit_code, year, application from draft
) kept
where year <= $year
order by year, credit_code, application
