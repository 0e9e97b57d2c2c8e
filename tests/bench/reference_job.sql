-- What a data engineer without Homeroom would write: one day of the synthetic district into one JSON
-- document a student, in DuckDB. No plugins, no places of rows, no findings, no policy; its memory of
-- yesterday is one table of documents. {day} is the day's folder, {out} where the documents go. "--# NAME" begins a stage.

--# csv
create macro rows_of(path) as table
  from read_csv('{day}/' || path, header = true, all_varchar = true, quote = '"', escape = '"');
create macro letters(name) as lower(regexp_replace(strip_accents(name), '[^A-Za-z]', '', 'g'));
create macro telephone(text) as nullif(regexp_replace(text, '\D', '', 'g'), '');
create macro american(text) as try_strptime(text, '%m/%d/%Y')::date;

create table pupil as
  select u.sourcedId as pupil, u.identifier as number, trim(u.givenName) as first,
         nullif(trim(u.middleName), '') as middle, trim(u.familyName) as last,
         u.grades as grade, u.orgSourcedIds as school, lower(u.email) as email,
         string_split(u.agentSourcedIds, ',') as adults, try_cast(d.birthDate as date) as born, d.sex,
         list_filter([case when d.white = 'true' then 'WHITE' end, case when d.asian = 'true' then 'ASIAN' end,
                      case when d.blackOrAfricanAmerican = 'true' then 'BLACK' end,
                      case when d.americanIndianOrAlaskaNative = 'true' then 'AIAN' end,
                      case when d.nativeHawaiianOrOtherPacificIslander = 'true' then 'NHPI' end],
                     lambda race: race is not null) as races,
         d.hispanicOrLatinoEthnicity = 'true' as hispanic,
         coalesce(telephone(u.phone), telephone(e.Home_Phone)) as phone, e.Street as street,
         e.City as city, e.State as state, e.Zip as postal, e.Home_Lang as language,
         e.Lunch_Status as meals, e.IEP = 'Y' as iep, e.S504 = 'Y' as section504,
         e.ELL = 'Y' as learner, american(e.Entry_Date) as entry
  from rows_of('oneroster/users.csv') u
  left join rows_of('oneroster/demographics.csv') d using (sourcedId)
  left join rows_of('sis/student_ext.csv') e on e.Student_Number = u.identifier
  where u.role = 'student';
create table adult as
  select sourcedId as adult, trim(givenName) as first, trim(familyName) as last,
         telephone(phone) as phone, lower(email) as email
  from rows_of('oneroster/users.csv') where role <> 'student';
create table seat as
  select e.userSourcedId as pupil, e.classSourcedId as section, c.title, e.schoolSourcedId as school,
         try_cast(e.beginDate as date) as "from", try_cast(e.endDate as date) as "to"
  from rows_of('oneroster/enrollments.csv') e
  left join rows_of('oneroster/classes.csv') c on c.sourcedId = e.classSourcedId
  where e.role = 'student';
create table absence as
  select Student_Number as number, american(Att_Date) as day, try_cast(Minutes as integer) as minutes,
         case trim(Att_Code) when 'A' then 'excused' when 'AE' then 'excused' when 'AU' then 'unexcused'
           when 'T' then 'tardy' when 'TU' then 'tardy' when 'H' then 'half' else 'suspended' end as kind
  from rows_of('sis/attendance.csv');
create table incident as
  select Student_Number as number, american(Incident_Date) as day, Behavior_Code as behavior,
         Action_Code as action, try_cast(Days_Removed as integer) as days
  from rows_of('sis/discipline.csv');
create table victim_project as
  select p.ProjectID as project from rows_of('hmis/Project.csv') p
  join rows_of('hmis/Organization.csv') o using (OrganizationID) where o.VictimServiceProvider = '1';
create table stay as
  select e.EnrollmentID as stay, e.PersonalID as client, e.ProjectID as project,
         try_cast(e.EntryDate as date) as "from", try_cast(x.ExitDate as date) as "to",
         e.LivingSituation as living, s.times, s.latest
  from rows_of('hmis/Enrollment.csv') e
  left join rows_of('hmis/Exit.csv') x using (EnrollmentID)
  left join (select EnrollmentID, count(*) as times, max(DateProvided) as latest
             from rows_of('hmis/Services.csv') group by all) s using (EnrollmentID)
  where e.ProjectID not in (from victim_project);
create table client as
  select c.PersonalID as client, c.FirstName as first, c.LastName as last, try_cast(c.DOB as date) as born
  from rows_of('hmis/Client.csv') c where c.PersonalID in (select client from stay);
create table referral as
  select ReferralID as referral, ClientFirst as first, ClientLast as last, american(DOB) as born,
         nullif(Zip, '') as postal, telephone(Phone) as phone, american(ReferralDate) as day,
         Program as program, Provider as provider, Status as status
  from rows_of('social/referrals.csv');

--# fhir
create table patient as
  select id as patient, name[1].given[1] as first, name[1].family as last,
         try_cast(birthDate as date) as born, address[1].postalCode as postal,
         telephone(telecom[1].value) as phone,
         list_filter(identifier, lambda i: i.system like '%/student-number')[1].value as number
  from read_json('{day}/health/Patient.ndjson', format = 'newline_delimited', columns = {
    id: 'varchar', identifier: 'struct(system varchar, value varchar)[]', birthDate: 'varchar',
    name: 'struct(family varchar, given varchar[])[]', telecom: 'struct(value varchar)[]',
    address: 'struct(postalCode varchar)[]'});
create table shot as
  select substr(patient.reference, 9) as patient, try_cast(substr(occurrenceDateTime, 1, 10) as date) as day,
         list_filter(vaccineCode.coding, lambda c: c.system like '%/cvx')[1].code as vaccine
  from read_json('{day}/health/Immunization.ndjson', format = 'newline_delimited', columns = {
    patient: 'struct("reference" varchar)', occurrenceDateTime: 'varchar', status: 'varchar',
    vaccineCode: 'struct(coding struct(system varchar, code varchar)[])'})
  where status = 'completed';
create table illness as
  select substr(subject.reference, 9) as patient, try_cast(onsetDateTime as date) as since,
         list_filter(code.coding, lambda c: c.system like '%icd-10-cm')[1].code as code,
         clinicalStatus.coding[1].code as status
  from read_json('{day}/health/Condition.ndjson', format = 'newline_delimited', columns = {
    subject: 'struct("reference" varchar)', onsetDateTime: 'varchar',
    code: 'struct(coding struct(system varchar, code varchar)[])',
    clinicalStatus: 'struct(coding struct(code varchar)[])'});
create table allergy as
  select substr(patient.reference, 9) as patient, code.coding[1].code as code, criticality
  from read_json('{day}/health/AllergyIntolerance.ndjson', format = 'newline_delimited', columns = {
    patient: 'struct("reference" varchar)', code: 'struct(coding struct(code varchar)[])',
    criticality: 'varchar'});

--# link
create table other as
  select 'health' as source, patient as key, number, letters(first) as first, letters(last) as last,
         born, postal, phone from patient
  union all select 'hmis', client, null, letters(first), letters(last), born, null, null from client
  union all select 'social', referral, null, letters(first), letters(last), born, postal, phone from referral;
create table face as
  select pupil, number, letters(first) as first, letters(last) as last, born, postal, phone from pupil;
create table by_name as
  select first, last, born, any_value(pupil) as pupil from face group by all having count(*) = 1;
create table by_postal as
  select last, born, postal, any_value(pupil) as pupil from face group by all having count(*) = 1;
create table by_phone as
  select first, born, phone, any_value(pupil) as pupil from face where phone is not null
  group by all having count(*) = 1;
create table tie as
  select o.source, o.key, coalesce(f.pupil, n.pupil, z.pupil, t.pupil) as pupil
  from other o
  left join face f on f.number = o.number
  left join by_name n on n.first = o.first and n.last = o.last and n.born = o.born
  left join by_postal z on z.last = o.last and z.born = o.born and z.postal = o.postal
  left join by_phone t on t.first = o.first and t.born = o.born and t.phone = o.phone;
delete from tie where pupil is null;

--# profile
-- Parts are made JSON text early and sorted as lists: two to four times cheaper than ordered aggregates
-- of structs that travel through the last join.
create macro sorted(items) as to_json(list_sort(items))::varchar;
create macro pupil_of(wanted) as table select key, pupil from tie where source = wanted;
create table part_adults as
  select p.pupil, sorted(list({id: a.adult, first: a.first, last: a.last, phone: a.phone, email: a.email})) as part
  from (select pupil, unnest(adults) as adult from pupil) p join adult a using (adult) group by all;
create table part_seats as
  select pupil, sorted(list({section: section, title: title, school: school, "from": "from", "to": "to"})) as part
  from seat group by all;
create table part_absences as
  select number, to_json({excused: count(*) filter (kind = 'excused'), unexcused: count(*) filter (kind = 'unexcused'),
                          tardy: count(*) filter (kind = 'tardy'), minutes: sum(minutes)::bigint,
                          latest: max(day)})::varchar as part
  from absence group by all;
create table part_incidents as
  select number, sorted(list({day: day, behavior: behavior, action: action, days: days})) as part
  from incident group by all;
create table part_shots as
  select t.pupil, sorted(list({day: day, vaccine: vaccine})) as part
  from shot join pupil_of('health') t on t.key = patient group by all;
create table part_illnesses as
  select t.pupil, sorted(list({since: since, code: code, status: status})) as part
  from illness join pupil_of('health') t on t.key = patient group by all;
create table part_allergies as
  select t.pupil, sorted(list({code: code, criticality: criticality})) as part
  from allergy join pupil_of('health') t on t.key = patient group by all;
create table part_stays as
  select t.pupil, sorted(list({"from": "from", "to": "to", project: project, living: living, times: times,
                               latest: latest})) as part
  from stay join pupil_of('hmis') t on t.key = client group by all;
create table part_referrals as
  select t.pupil, sorted(list({day: day, id: referral, program: program, provider: provider, status: status})) as part
  from referral join pupil_of('social') t on t.key = referral group by all;
create macro said(name, part) as ',"' || name || '":' || coalesce(part, 'null');
create table profile as
  select p.pupil, rtrim(to_json({
    id: p.pupil, number: p.number, name: {first: p.first, middle: p.middle, last: p.last},
    birthDate: p.born, sex: p.sex, races: p.races, hispanicLatino: p.hispanic, grade: p.grade,
    school: p.school, email: p.email, phone: p.phone,
    address: {line: p.street, city: p.city, state: p.state, postal: p.postal},
    language: p.language, meals: p.meals, iep: p.iep, section504: p.section504, learner: p.learner,
    entry: p.entry})::varchar, '}')
    || said('contacts', a.part) || said('sections', s.part) || said('attendance', b.part)
    || said('incidents', i.part) || said('immunizations', h.part) || said('conditions', c.part)
    || said('allergies', g.part) || said('homelessness', y.part) || said('referrals', r.part) || '}' as document
  from pupil p
  left join part_adults a using (pupil) left join part_seats s using (pupil)
  left join part_absences b using (number) left join part_incidents i using (number)
  left join part_shots h using (pupil) left join part_illnesses c using (pupil)
  left join part_allergies g using (pupil) left join part_stays y using (pupil)
  left join part_referrals r using (pupil);

--# write
copy (select document from profile)
  to '{out}/profiles.ndjson' (format csv, header false, quote '', escape '', delimiter E'\x01');

--# keep
create table kept(pupil varchar primary key, hash ubigint, document varchar);
insert or replace into kept
  select pupil, hash(document), document from profile p
  where not exists (select 1 from kept k where k.pupil = p.pupil and k.hash = hash(p.document));
delete from kept where pupil not in (select pupil from profile);
