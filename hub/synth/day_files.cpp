#include "hub/synth/day_files.hpp"

#include "homeroom/error.hpp"
#include "hub/world/world.hpp"

namespace homeroom::synth {

namespace {

struct Layout {
  std::string_view path, header;
};

constexpr Layout layouts[file_count] = {
    {"oneroster/orgs.csv",
     "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"},
    {"oneroster/academicSessions.csv",
     "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,"
     "schoolYear"},
    {"oneroster/courses.csv",
     "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
     "orgSourcedId,subjects,subjectCodes"},
    {"oneroster/classes.csv",
     "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
     "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"},
    {"oneroster/users.csv",
     "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,"
     "userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
     "agentSourcedIds,grades,password"},
    {"oneroster/enrollments.csv",
     "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,"
     "role,primary,beginDate,endDate"},
    {"oneroster/demographics.csv",
     "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,"
     "asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,"
     "demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
     "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus"},
    {"sis/student_ext.csv",
     "Student_Number,Street,City,State,Zip,Home_Phone,Home_Lang,Lunch_Status,IEP,S504,"
     "ELL,Entry_Date"},
    {"sis/attendance.csv", "Student_Number,School_ID,Att_Date,Att_Code,Minutes,Comment"},
    {"sis/discipline.csv",
     "Incident_ID,Student_Number,School_ID,Incident_Date,Behavior_Code,Action_Code,"
     "Days_Removed,Narrative"},
    {"sis/enrollment_spans.csv",
     "Student_Number,School_ID,Entry_Date,Exit_Date,Admission_Reason,Withdrawal_Reason,"
     "Percent_Time,Grade,Attr_Start,Attr_End,Disability,EL,Econ_Disadvantaged"},
    {"sis/caseloads.csv", "Staff_ID,Student_Number,Role,From,To"},
    {"health/Patient.ndjson", ""},
    {"health/Immunization.ndjson", ""},
    {"health/Condition.ndjson", ""},
    {"health/AllergyIntolerance.ndjson", ""},
    {"hmis/Export.csv",
     "ExportID,SourceType,SourceID,SourceName,SourceContactFirst,SourceContactLast,"
     "SourceContactPhone,SourceContactExtension,SourceContactEmail,ExportDate,"
     "ExportStartDate,ExportEndDate,SoftwareName,SoftwareVersion,CSVVersion,"
     "ExportPeriodType,ExportDirective,HashStatus,ImplementationID"},
    {"hmis/Organization.csv",
     "OrganizationID,OrganizationName,VictimServiceProvider,OrganizationCommonName,"
     "DateCreated,DateUpdated,UserID,DateDeleted,ExportID"},
    {"hmis/Project.csv",
     "ProjectID,OrganizationID,ProjectName,ProjectCommonName,OperatingStartDate,"
     "OperatingEndDate,ContinuumProject,ProjectType,HousingType,RRHSubType,"
     "ResidentialAffiliation,TargetPopulation,HOPWAMedAssistedLivingFac,PITCount,"
     "DateCreated,DateUpdated,UserID,DateDeleted,ExportID"},
    {"hmis/Client.csv",
     "PersonalID,FirstName,MiddleName,LastName,NameSuffix,NameDataQuality,SSN,"
     "SSNDataQuality,DOB,DOBDataQuality,Sex,AmIndAKNative,Asian,BlackAfAmerican,"
     "HispanicLatinao,MidEastNAfrican,NativeHIPacific,White,RaceNone,"
     "AdditionalRaceEthnicity,VeteranStatus,YearEnteredService,YearSeparated,"
     "WorldWarII,KoreanWar,VietnamWar,DesertStorm,AfghanistanOEF,IraqOIF,IraqOND,"
     "OtherTheater,MilitaryBranch,DischargeStatus,DateCreated,DateUpdated,UserID,"
     "DateDeleted,ExportID"},
    {"hmis/Enrollment.csv",
     "EnrollmentID,PersonalID,ProjectID,EntryDate,HouseholdID,RelationshipToHoH,"
     "EnrollmentCoC,LivingSituation,RentalSubsidyType,LengthOfStay,LOSUnderThreshold,"
     "PreviousStreetESSH,DateToStreetESSH,TimesHomelessPastThreeYears,"
     "MonthsHomelessPastThreeYears,DisablingCondition,DateOfEngagement,MoveInDate,"
     "DateOfPATHStatus,ClientEnrolledInPATH,ReasonNotEnrolled,PercentAMI,"
     "ReferralSource,CountOutreachReferralApproaches,DateOfBCPStatus,EligibleForRHY,"
     "ReasonNoServices,RunawayYouth,FormerWardChildWelfare,ChildWelfareYears,"
     "ChildWelfareMonths,FormerWardJuvenileJustice,JuvenileJusticeYears,"
     "JuvenileJusticeMonths,UnemploymentFam,MentalHealthDisorderFam,"
     "PhysicalDisabilityFam,AlcoholDrugUseDisorderFam,InsufficientIncome,"
     "IncarceratedParent,VAMCStation,TargetScreenReqd,TimeToHousingLoss,"
     "AnnualPercentAMI,LiteralHomelessHistory,ClientLeaseholder,HOHLeaseholder,"
     "SubsidyAtRisk,EvictionHistory,CriminalRecord,IncarceratedAdult,PrisonDischarge,"
     "SexOffender,DisabledHoH,CurrentPregnant,SingleParent,DependentUnder6,HH5Plus,"
     "CoCPrioritized,HPScreeningScore,ThresholdScore,MentalHealthConsultation,"
     "DateCreated,DateUpdated,UserID,DateDeleted,ExportID"},
    {"hmis/Exit.csv",
     "ExitID,EnrollmentID,PersonalID,ExitDate,Destination,DestinationSubsidyType,"
     "OtherDestination,HousingAssessment,SubsidyInformation,ProjectCompletionStatus,"
     "EarlyExitReason,ExchangeForSex,ExchangeForSexPastThreeMonths,"
     "CountOfExchangeForSex,AskedOrForcedToExchangeForSex,"
     "AskedOrForcedToExchangeForSexPastThreeMonths,WorkPlaceViolenceThreats,"
     "WorkplacePromiseDifference,CoercedToContinueWork,LaborExploitPastThreeMonths,"
     "CounselingReceived,IndividualCounseling,FamilyCounseling,GroupCounseling,"
     "SessionCountAtExit,PostExitCounselingPlan,SessionsInPlan,DestinationSafeClient,"
     "DestinationSafeWorker,PosAdultConnections,PosPeerConnections,"
     "PosCommunityConnections,AftercareDate,AftercareProvided,EmailSocialMedia,"
     "Telephone,InPersonIndividual,InPersonGroup,CMExitReason,DateCreated,DateUpdated,"
     "UserID,DateDeleted,ExportID"},
    {"hmis/Services.csv",
     "ServicesID,EnrollmentID,PersonalID,DateProvided,RecordType,TypeProvided,"
     "OtherTypeProvided,MovingOnOtherType,SubTypeProvided,FAAmount,FAStartDate,"
     "FAEndDate,ReferralOutcome,DateCreated,DateUpdated,UserID,DateDeleted,ExportID"},
    {"social/referrals.csv",
     "ReferralID,ClientFirst,ClientLast,DOB,Gender,Address,City,Zip,Phone,SchoolName,"
     "ReferralDate,Program,Provider,Status,Notes"},
    {"social/consents.csv", "Student_Number,Scope,Given_By,Given_On,Expires_On,Revoked_On"}};

constexpr std::size_t most_waiting = 1 << 18;

}  // namespace

std::string_view path_of(File file) {
  return layouts[static_cast<std::size_t>(file)].path;
}
std::string_view header_of(File file) {
  return layouts[static_cast<std::size_t>(file)].header;
}

void OutFile::open(const std::filesystem::path& path, std::string_view header, bool at_once) {
  path_ = path;
  header_ = header;
  if (at_once) {
    start();
  } else {
    std::filesystem::remove(path_);
  }
}

void OutFile::start() {
  if (out_.is_open()) return;
  world::make_folder(path_.parent_path());
  out_.open(path_, std::ios::binary | std::ios::trunc);
  if (!out_) throw Error(Next::fix_settings, path_.string() + ": cannot be written");
  out_ << header_;
}

void OutFile::add(std::string_view text) {
  start();
  waiting_ += text;
  if (waiting_.size() < most_waiting) return;
  out_.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
  waiting_.clear();
}

void OutFile::close() {
  if (!out_.is_open()) return;
  out_.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
  out_.close();
  if (!out_)
    throw Error(Next::fix_settings, path_.string() + ": cannot be written; is the disk full?");
}

DayFiles::DayFiles(const std::filesystem::path& folder, bool only_differences)
    : folder_(folder), only_differences_(only_differences) {
  for (std::size_t i = 0; i < file_count; ++i) {
    auto header = std::string(layouts[i].header);
    files_[i].open(folder / layouts[i].path, header.empty() ? "" : header + "\r\n",
                   !only_differences);
  }
}

void DayFiles::add(const Rows& rows) {
  for (std::size_t i = 0; i < file_count; ++i)
    if (!rows.texts[i].empty()) files_[i].add(rows.texts[i]);
}

void DayFiles::close() {
  OutFile manifest;
  manifest.open(folder_ / "oneroster/manifest.csv", "propertyName,value\r\n", true);
  manifest.add("manifest.version,1.0\r\noneroster.version,1.1\r\n");
  for (const char* name :
       {"academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
        "demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users"}) {
    auto path = std::string("oneroster/") + name + ".csv";
    bool is_there = false;
    for (std::size_t i = 0; i < file_count; ++i)
      is_there |= layouts[i].path == path && files_[i].is_there();
    manifest.add(std::string("file.") + name +
                 (!is_there           ? ",absent"
                  : only_differences_ ? ",delta"
                                      : ",bulk") +
                 "\r\n");
  }
  manifest.add("source.systemName,SyntheticSIS\r\nsource.systemCode,syn\r\n");
  manifest.close();
  for (auto& file : files_) file.close();
}

std::string csv(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string quoted = "\"";
  for (char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

}  // namespace homeroom::synth
