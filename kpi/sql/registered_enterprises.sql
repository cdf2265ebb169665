-- Question:   which enterprises does the register of a year hold, as it was taken in last?
-- Grain:      one row per enterprise
-- Parameters: $year
select credit_code, name, industry, division as sub_industry, district, enterprise_group as "group", size
from registered_enterprise
where year = $year
  and edition = (select max(edition) from register_edition where year = $year)
order by credit_code
