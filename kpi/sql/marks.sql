-- Question:   how is this store marked?
-- Grain:      one row a mark
select name, value from mark order by name
