-- Question:   which originals serve applications of a year or before only?  (they hold contacts)
-- Grain:      one row per file's hash
-- Parameters: $year
-- Notes:      A file that no application came of belongs to the year in Shanghai in which it was sent. What is kept as
--             evidence of a claim, a statement, an answer or a promise is no form with contacts. What a baseline was
--             frozen from, or proposed with, stays.
with

uses as (
    select upload, year from release
    union all
    select upload, year from withdrawn
    union all
    select upload, year from draft
    union all
    select upload, year from worksheet
    union all
    select upload, year from attached_document
    union all
    select upload, year from objection where upload is not null
    union all
    select a.upload, o.year from objection_addition a join objection o on o.id = a.objection where a.upload is not null
),

evidence as (
    select upload from claim_evidence where upload is not null
    union
    select upload from enquiry_answer where upload is not null
    union
    select upload from statement_file
    union
    select upload from objection_reply where upload is not null
    union
    select upload from outreach_done where upload is not null
),

dated as (
    select u.file_sha256 as sha256,
           coalesce(max(s.year), extract(year from u.sent_at + interval '8 hours')::integer) as year,
           bool_or(u.id in (select upload from evidence)) as shown
    from upload u
    left join uses s on s.upload = u.id
    group by u.id, u.file_sha256, u.sent_at
)

select sha256
from dated
where sha256 not in (select original_sha256 from baseline)
  and sha256 not in (select groups_sha256 from baseline where groups_sha256 is not null)
  and sha256 not in (select file_sha256 from baseline_proposal)
  and sha256 not in (select sizes_sha256 from baseline_proposal where sizes_sha256 is not null)
  and sha256 not in (select groups_sha256 from baseline_proposal where groups_sha256 is not null)
group by sha256
having max(year) <= $year and not bool_or(shown)
order by sha256
