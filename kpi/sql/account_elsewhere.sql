-- Question:   which account belongs to this identity at another provider, and since when are its sign-ins valid?
-- Grain:      one row, or none
-- Parameters: $issuer, $subject
select name, valid_from
from account
where issuer = $issuer and subject = $subject and not disabled
