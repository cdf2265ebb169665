-- Question:   which core equipment and software did an enterprise list?
-- Grain:      one row per item, in the enterprise's order
-- Parameters: $own (the factory's credit code), $year
select kind, name, maker, source, written_by, written_at
from core_technology
where list_contains($own, credit_code) and year = $year
order by position
