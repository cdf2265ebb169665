-- Question:   how many recorded changes of answer sheets of a year or before hold a contact?
-- Grain:      one row
-- Parameters: $year, $items (the personal facts)
select count(*) as changes
from worksheet_change
where year <= $year and list_contains($items, item) and (was <> '' or becomes <> '')
