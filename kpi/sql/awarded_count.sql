-- Question:   how long is the authority's list of awards?
-- Grain:      one row
-- Parameters: none
select count(*) as listed from awarded
