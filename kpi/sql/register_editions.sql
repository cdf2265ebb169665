-- Question:   which registers of enterprises were taken in?
-- Grain:      one row per edition, the latest of each year first
-- Parameters: $year (null for every year)
select year, edition, file_name, file_sha256, enterprises, taken_in_by, taken_in_at
from register_edition
where cast($year as bigint) is null or year = $year
order by year desc, edition desc
