-- Question:   which campaigns for a baseline were opened?
-- Grain:      one row per year, as it stands
select distinct on (year) year, last_day, opened_by, opened_at
from campaign
order by year desc, opened_at desc
