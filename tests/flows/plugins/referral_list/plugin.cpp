// referral_list: the smallest source that need not be read again, by the SDK alone.
#include "homeroom/csv.hpp"
#include "homeroom/sdk.hpp"

namespace homeroom::flows {
namespace {

class ReferralList : public Source {
 public:
  ReferralList(const Host& host, const Settings& settings)
      : host_(host), path_(settings.text("folder") + "/referrals.csv") {}

  void discover(const std::function<void(const Stream&)>& tell) override {
    Stream stream;
    stream.name = "referrals";
    for (const auto& name : csv_header(file(), {})) stream.columns.push_back({name});
    stream.key = stream.subject = "Referral";
    stream.space = "agency.referral";
    stream.mode = Mode::full;
    tell(stream);
  }
  std::unique_ptr<Reader> read(const Read& what) override {
    return std::make_unique<CsvReader>(host_, file(), CsvOptions{}, what);
  }
  bool stands(std::string_view, std::string_view version) override {
    return file()->stands(version);
  }

 private:
  std::unique_ptr<CsvInput> file() const { return open_csv_file(path_, "referrals.csv"); }

  Host host_;
  std::string path_;
};

}  // namespace
}  // namespace homeroom::flows

HOMEROOM_SOURCE(homeroom::flows::ReferralList, "referral_list", "0.1.0")
