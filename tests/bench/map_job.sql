-- What the mappings of the example district make of one day, in DuckDB: the same canonical rows with the
-- same columns, but no places of rows, no findings and no counts of what was left out. It is written for
-- this data: where the mappings know more forms of a name, a telephone number or a yes, it knows those that
-- occur. {day} is the day's folder. "--# NAME" begins a stage.

--# csv
create macro rows_of(path) as table
  from read_csv('{day}/' || path, header = true, all_varchar = true, quote = '"', escape = '"');
create macro capital(word) as upper(word[1]) || lower(word[2:]);
create macro name_case(text) as
  case when trim(text) <> upper(trim(text)) and trim(text) <> lower(trim(text)) then trim(text)
       when contains(trim(text), ' ') or contains(trim(text), '-')
       then array_to_string(list_transform(regexp_extract_all(trim(text), '[^ -]+[ -]?'), lambda word: capital(word)), '')
       else capital(trim(text)) end;
create macro digits(text) as regexp_replace(text, '\D', '', 'g');
create macro telephone(text) as case when length(digits(text)) = 10 then '+1' || digits(text) end;
create macro american(text) as try_strptime(text, '%m/%d/%Y')::date;

create table account as
  select sourcedId, role, string_split(orgSourcedIds, ',')[1] as school, userIds, givenName, middleName,
         familyName, trim(identifier) as number, email, coalesce(sms, phone) as reach, phone, agentSourcedIds,
         string_split(grades, ',')[1] as grade
  from rows_of('oneroster/users.csv');
create table sis_student as
  select u.sourcedId as key, u.number, nullif(regexp_extract(u.userIds, '\{StateID:([^}]*)\}', 1), '') as state_id,
         name_case(u.givenName) as first, name_case(u.middleName) as middle, name_case(u.familyName) as last,
         try_cast(nullif(d.birthDate, '1900-01-01') as date) as born, d.cityOfBirth as born_in,
         case d.sex when 'male' then 'M' when 'female' then 'F' when 'other' then 'X' when 'unspecified' then 'U' end as sex,
         d.hispanicOrLatinoEthnicity = 'true' as hispanic,
         list_filter([case when d.americanIndianOrAlaskaNative = 'true' then 'AIAN' end,
                      case when d.asian = 'true' then 'ASIAN' end,
                      case when d.blackOrAfricanAmerican = 'true' then 'BLACK' end,
                      case when d.nativeHawaiianOrOtherPacificIslander = 'true' then 'NHPI' end,
                      case when d.white = 'true' then 'WHITE' end], lambda race: race is not null) as races,
         e.Home_Lang as language, lower(trim(u.email)) as email,
         telephone(coalesce(u.phone, e.Home_Phone)) as phone, trim(e.Street) as line, e.City as city,
         e.State as state, e.Zip as postal,
         case e.Lunch_Status when 'F' then 'free' when 'R' then 'reduced' when 'P' then 'full' end as meals,
         e.IEP = 'Y' as iep, e.S504 = 'Y' as section504, case when e.ELL = 'Y' then 'current' end as learner,
         american(e.Entry_Date) as entry
  from account u
  left join rows_of('oneroster/demographics.csv') d on d.sourcedId = u.sourcedId
  left join rows_of('sis/student_ext.csv') e on e.Student_Number = u.number
  where u.role = 'student';
create table sis_enrollment as
  select u.sourcedId as key, u.school, o.name as school_name, 2026 as school_year,
         case when u.grade in ('KG','PK','PR','TK','IT','01','02','03','04','05','06','07','08','09','10','11',
                               '12','13','PS','UG') then u.grade end as grade, true as is_primary
  from account u left join rows_of('oneroster/orgs.csv') o on o.sourcedId = u.school
  where u.role = 'student';
create table sis_contact as
  with named as (
    select sourcedId, role, unnest(string_split(agentSourcedIds, ',')) as agent from account
    where role in ('student', 'guardian', 'parent', 'relative')),
  pair as (
    select distinct case when n.role = 'student' then n.sourcedId else n.agent end as student,
                    case when n.role = 'student' then n.agent else n.sourcedId end as adult
    from named n join account o on o.sourcedId = n.agent
    where (n.role = 'student') <> (o.role = 'student'))
  select adult || chr(31) || student as key, student, adult, name_case(a.givenName) as first,
         name_case(a.familyName) as last, case when a.role in ('guardian', 'parent', 'relative') then a.role end as relation,
         telephone(a.reach) as phone, lower(trim(a.email)) as email
  from pair left join account a on a.sourcedId = adult;
create table sis_sectionEnrollment as
  select e.sourcedId as key, e.userSourcedId as student, e.classSourcedId as section, c.title,
         e.schoolSourcedId as school, 'student' as role, try_cast(e.beginDate as date) as begun,
         try_cast(e.endDate as date) as ended
  from rows_of('oneroster/enrollments.csv') e
  left join rows_of('oneroster/classes.csv') c on c.sourcedId = e.classSourcedId
  where e.role = 'student';
create table sis_attendanceSummary as
  with absence as (
    select Student_Number as number, trim(Att_Code) as kind, american(Att_Date) as day,
           try_cast(Minutes as bigint) as minutes
    from rows_of('sis/attendance.csv')),
  summary as (
    select number, count(*) filter (kind in ('A', 'AE', 'AU')) as absences,
           count(*) filter (kind = 'AU') as unexcused, count(*) filter (kind in ('T', 'TU')) as tardies,
           sum(minutes)::bigint as missed, max(day) as latest
    from absence group by number)
  select u.sourcedId as key, 2026 as school_year, s.absences, s.unexcused, s.tardies, s.missed, s.latest
  from account u join summary s on s.number = u.number where u.role = 'student';
create table sis_incident as
  select d.Incident_ID as key, u.sourcedId as student, american(d.Incident_Date) as day,
         [case d.Behavior_Code when 'DIS' then 'disruption' when 'FGT' then 'fighting' when 'TRU' then 'truancy'
            when 'VAN' then 'vandalism' when 'TOB' then 'tobacco' when 'HAR' then 'harassment' when 'WPN' then 'weapon'
            when 'OTH' then 'other' end] as behaviors,
         case d.Action_Code when 'DET' then 'detention' when 'ISS' then 'in-school-suspension'
            when 'OSS' then 'out-of-school-suspension' when 'CONF' then 'conference' when 'EXP' then 'expulsion' end as action,
         try_cast(d.Days_Removed as integer) as days
  from rows_of('sis/discipline.csv') d
  join account u on u.number = d.Student_Number where u.role = 'student';
create table sis_caseload as
  select concat_ws(chr(31), c.Staff_ID, c.Student_Number, c.Role) as key, u.sourcedId as student,
         c.Staff_ID as staff, c.Role as role, try_cast(c."From" as date) as begun, try_cast(c."To" as date) as ended
  from rows_of('sis/caseloads.csv') c
  join account u on u.number = c.Student_Number where u.role = 'student';
create table sis_organization as
  select sourcedId as key, name, type as kind, parentSourcedId as parent, identifier as number
  from rows_of('oneroster/orgs.csv');
create table sis_term as
  select sourcedId as key, title as name,
         case type when 'schoolYear' then 'school-year' when 'gradingPeriod' then 'grading-period' else type end as kind,
         startDate::date as begun, endDate::date as ended, schoolYear::bigint as school_year, parentSourcedId as parent
  from rows_of('oneroster/academicSessions.csv');
create table sis_course as
  select sourcedId as key, title, courseCode as code, orgSourcedId as school from rows_of('oneroster/courses.csv');
create table sis_section as
  select sourcedId as key, courseSourcedId as course, schoolSourcedId as school, title, classCode as code,
         classType as kind
  from rows_of('oneroster/classes.csv');

create table stay as
  with given as (
    select EnrollmentID, count(*) as times, max(try_cast(DateProvided as date)) as latest
    from rows_of('hmis/Services.csv') group by EnrollmentID),
  visit as (
    select e.EnrollmentID, e.PersonalID, e.ProjectID, e.EntryDate, e.RelationshipToHoH, e.LivingSituation,
           c.FirstName, c.LastName, c.NameDataQuality, c.DOBDataQuality, c.Sex, c.HispanicLatinao, p.ProjectType,
           try_cast(nullif(c.DOB, '1900-01-01') as date) as born
    from rows_of('hmis/Enrollment.csv') e
    join rows_of('hmis/Client.csv') c using (PersonalID)
    left join rows_of('hmis/Project.csv') p using (ProjectID)
    left join rows_of('hmis/Organization.csv') o using (OrganizationID)
    where o.VictimServiceProvider is distinct from '1')
  select v.*, x.ExitDate, g.times, g.latest
  from visit v
  left join rows_of('hmis/Exit.csv') x using (EnrollmentID)
  left join given g using (EnrollmentID)
  where born is null or date_sub('year', born, date '2026-01-13') between 3 and 21;
create table hmis_student as
  select distinct on (PersonalID) PersonalID as key,
         case when NameDataQuality = '1' then name_case(FirstName) end as first,
         case when NameDataQuality = '1' then name_case(LastName) end as last,
         case when DOBDataQuality = '1' then born end as born,
         case Sex when '0' then 'F' when '1' then 'M' end as sex, HispanicLatinao = '1' as hispanic
  from stay;
create table hmis_homelessness as
  select EnrollmentID as key, PersonalID as student, try_cast(EntryDate as date) as begun,
         try_cast(ExitDate as date) as ended,
         case when ProjectType in ('0', '1', '2', '8') then 'shelter' when ProjectType = '4' then 'unsheltered' end as residence,
         case when LivingSituation in ('101', '118', '302') then 'shelter' when LivingSituation = '116' then 'unsheltered'
              when LivingSituation = '314' then 'hotel-motel' when LivingSituation in ('335', '336') then 'doubled-up' end as came_from,
         ProjectID as project, LivingSituation as living, RelationshipToHoH = '1' as alone, false as confirmed,
         times as services, latest
  from stay;
create table hmis_service as
  select s.ServicesID as key, y.PersonalID as student, try_cast(s.DateProvided as date) as day,
         case s.RecordType || '/' || s.TypeProvided when '142/2' then 'life-skills' when '142/5' then 'education'
           when '142/7' then 'employment' when '142/8' then 'health' when '142/14' then 'mental-health'
           when '142/26' then 'transport' when '200/200' then 'housing' end as category, 'community' as setting
  from rows_of('hmis/Services.csv') s join stay y using (EnrollmentID);

create table social_student as
  select ReferralID as key, name_case(ClientFirst) as first, name_case(ClientLast) as last, american(DOB) as born,
         case when Gender in ('Female', 'F') then 'F' when Gender in ('Male', 'M') then 'M' end as sex,
         telephone(Phone) as phone, Address as line, Zip as postal
  from rows_of('social/referrals.csv');
create table social_referral as
  select ReferralID as key, american(ReferralDate) as day, Program as program, Provider as provider,
         case when Status in ('Open', 'Pending', 'Closed', 'Declined') then lower(Status) end as status
  from rows_of('social/referrals.csv');
create table consents_student as
  select distinct Student_Number as key from rows_of('social/consents.csv');
create table consents_consent as
  select concat_ws(chr(31), Student_Number, Scope, Given_On) as key, Student_Number as student, Scope as scope,
         case when Scope in ('success-plan', 'meal-status') then 'coordinator' else 'partner-agency' end as recipient,
         Given_By as given_by, try_cast(Given_On as date) as given_on, try_cast(Expires_On as date) as ended,
         try_cast(Revoked_On as date) as revoked
  from rows_of('social/consents.csv');

--# attendance
create table run_attendance as
  select Student_Number || chr(31) || Att_Date as key, Student_Number as student, american(Att_Date) as day,
         case trim(Att_Code) when 'A' then 'absent-unexcused' when 'AE' then 'absent-excused'
           when 'AU' then 'absent-unexcused' when 'T' then 'tardy' when 'TU' then 'tardy' when 'H' then 'partial'
           when 'OSS' then 'absent-excused' when 'ISS' then 'partial' end as status,
         try_cast(Minutes as bigint) as missed
  from rows_of('sis/attendance.csv');

--# fhir
create macro coded(codings, wanted) as list_filter(codings, lambda c: c.system = wanted)[1];
create table health_student as
  select id as key, coded(identifier, 'https://district.example.org/student-number').value as number,
         trim(name[1].given[1]) as first, trim(name[1].given[2]) as middle, trim(name[1].family) as last,
         try_cast(birthDate as date) as born,
         case gender when 'male' then 'M' when 'female' then 'F' when 'other' then 'X' when 'unknown' then 'unknown' end as sex,
         telephone(coded(telecom, 'phone').value) as phone, array_to_string(address[1].line, ' ') as line,
         address[1].city as city, address[1].state as state, address[1].postalCode as postal
  from read_json('{day}/health/Patient.ndjson', format = 'newline_delimited', columns = {
    id: 'varchar', identifier: 'struct(system varchar, value varchar)[]', birthDate: 'varchar', gender: 'varchar',
    name: 'struct(family varchar, given varchar[])[]', telecom: 'struct(system varchar, value varchar)[]',
    address: 'struct(line varchar[], city varchar, state varchar, postalCode varchar)[]'});
create table health_immunization as
  select id as key, substr(patient.reference, 9) as student,
         coded(vaccineCode.coding, 'http://hl7.org/fhir/sid/cvx').code as cvx,
         coded(vaccineCode.coding, 'http://hl7.org/fhir/sid/cvx').display as display,
         try_cast(substr(occurrenceDateTime, 1, 10) as date) as day, 'completed' as status
  from read_json('{day}/health/Immunization.ndjson', format = 'newline_delimited', columns = {
    id: 'varchar', patient: 'struct("reference" varchar)', occurrenceDateTime: 'varchar', status: 'varchar',
    vaccineCode: 'struct(coding struct(system varchar, code varchar, display varchar)[])'})
  where status = 'completed';
create table health_condition as
  select id as key, substr(subject.reference, 9) as student,
         coded(code.coding, 'http://hl7.org/fhir/sid/icd-10-cm').code as icd10,
         coded(code.coding, 'http://snomed.info/sct').code as snomed, code."text" as "text",
         case when clinicalStatus.coding[1].code in ('active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved')
              then clinicalStatus.coding[1].code end as status,
         try_cast(substr(onsetDateTime, 1, 10) as date) as since
  from read_json('{day}/health/Condition.ndjson', format = 'newline_delimited', columns = {
    id: 'varchar', subject: 'struct("reference" varchar)', onsetDateTime: 'varchar',
    code: 'struct(coding struct(system varchar, code varchar)[], "text" varchar)',
    clinicalStatus: 'struct(coding struct(code varchar)[])'});
create table health_allergy as
  select id as key, substr(patient.reference, 9) as student, code.coding[1].code as code,
         code.coding[1].display as display,
         case when criticality in ('low', 'high', 'unable-to-assess') then criticality end as criticality
  from read_json('{day}/health/AllergyIntolerance.ndjson', format = 'newline_delimited', columns = {
    id: 'varchar', patient: 'struct("reference" varchar)', criticality: 'varchar',
    code: 'struct(coding struct(code varchar, display varchar)[])'});
