-- Question:   how many applications of a year are drafted and locked?
-- Grain:      one row
-- Parameters: $year
select (select count(*) from draft where year = $year) as drafts, (select count(*) from release where year = $year) as locked
