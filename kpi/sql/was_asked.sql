-- Question:   was this set of values compared with the published table before, in this way?
-- Grain:      one row
-- Parameters: $credit_code, $year, $kind, $sha256
select exists (
    select 1 from asked
    where credit_code = $credit_code and year = $year and kind = $kind and sha256 = $sha256
) as asked
