-- Question:   which records are filed under these keys?
-- Grain:      one row per record and key
-- Parameters: $keys (a list: the first half of the MD5 of a credit code or the name of a group)
-- Reads:      filed_record (see filed_records.sql): of every baseline, distinguished by the cell
select cell, credit_code, own_group, value, place
from filed_record
where key in (select unnest($keys::ubigint[]))
