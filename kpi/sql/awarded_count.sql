-- Question:   how long is the award list?
-- Grain:      one row
-- Parameters: none
select count(*) as listed from awarded
