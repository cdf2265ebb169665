-- Question:   how many times was the audit trail's key changed?
-- Grain:      one row
select count(*) as acts
from audit
where action in ('secret_rotated', 'secret_lost')
