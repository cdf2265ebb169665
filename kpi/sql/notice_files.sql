-- Question:   what are the files of a proposed notice?
-- Grain:      one row where there is such a proposal
-- Parameters: $proposal
select files from notice_proposal where id = $proposal
