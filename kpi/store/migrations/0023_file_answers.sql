-- What was answered to the questions of one file: it holds for these bytes, and is proposed for others.
create table file_answers (
    account      varchar not null,
    file_sha256  varchar not null,
    answers      varchar not null,
    confirmed_at timestamp not null,
    primary key (account, file_sha256)
);

-- Sheets that are there were made from files read with all that their enterprise had ever confirmed.
insert into file_answers
select upload.sent_by, upload.file_sha256, max(confirmed_answers.answers), max(confirmed_answers.confirmed_at)
from worksheet
join upload on upload.id = worksheet.upload
join confirmed_answers on confirmed_answers.credit_code = worksheet.credit_code
group by upload.sent_by, upload.file_sha256;
