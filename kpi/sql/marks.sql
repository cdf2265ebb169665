-- Question:   which marks does this store have?
-- Grain:      one row per mark
select name, value from mark order by name
