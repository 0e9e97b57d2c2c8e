// new_plugin: reads attendance from a REST service that gives JSON in pages.
#include "homeroom/rest.hpp"
#include "homeroom/sdk.hpp"

namespace {

using homeroom::Error;
using homeroom::Next;

// FILL THIS PLACE: where the text of each column stands in a record, by paths as in
// homeroom/json_rows.hpp. Records as in sample/cassettes need
//   return {{"student_number", "student.number"},
//           {"day", "day"},
//           {"status", "status"},
//           {"changed", "changed"}};
std::vector<homeroom::JsonColumn> columns_of_record() {
  throw Error(Next::fail,
              "columns_of_record in new_plugin.cpp is not written yet: say there which column "
              "stands where in a record");
}

class Plugin : public homeroom::Source {
 public:
  Plugin(const homeroom::Host& host, const homeroom::Settings& settings)
      : host_(host), url_(settings.text("url")), page_size_(settings.integer("page_size")) {
    settings.text("token");  // it must be there, though only the hub needs to see it
    if (page_size_ < 1 || page_size_ > 1000)
      throw Error(Next::fix_settings, "setting 'page_size' must lie between 1 and 1000");
  }

  void discover(const std::function<void(const homeroom::Stream&)>& tell) override {
    homeroom::Stream stream;
    stream.name = "attendance";
    for (auto& column : columns_of_record()) stream.columns.push_back({column.name});
    stream.key = "student_number,day";
    stream.subject = "student_number";
    stream.space = "sis.student_number";
    tell(stream);
  }

  std::unique_ptr<homeroom::Reader> read(const homeroom::Read& what) override {
    if (what.stream != "attendance")
      throw Error(Next::not_readable, "there is no stream " + what.stream);
    homeroom::RestStream stream;
    stream.first = first_page();
    stream.pages.page_size = page_size_;
    stream.shape = {"attendance", "", columns_of_record()};
    stream.key = {"student_number", "day"};
    // How the service is asked for what changed, and how long before that it is looked again.
    stream.changes.column = "changed";
    stream.changes.look_back_s = 600;
    stream.changes.url = [](const std::string& url, const std::string& since) {
      return url + "?changed_since=" + homeroom::in_query(since);
    };
    return std::make_unique<homeroom::RestReader>(host_, stream, what);
  }

  void check() override {
    auto ask = first_page();
    ask.url += "?limit=1";
    expect_success(homeroom::HttpClient(host_).send(ask), "the first record");
  }

 private:
  homeroom::HttpAsk first_page() const {
    homeroom::HttpAsk ask;
    ask.url = url_ + "/attendance";
    ask.auth.kind = HR_AUTH_BEARER;
    ask.auth.secret_setting = "token";
    return ask;
  }

  homeroom::Host host_;
  std::string url_;
  int64_t page_size_;
};

}  // namespace

HOMEROOM_SOURCE(Plugin, "new_plugin", "0.1.0")
