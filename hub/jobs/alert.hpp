// Alert: tells people that a run did not end as it should, by e-mail or webhook. What it says holds
// places and counts, as reports do, and never a value of a student.
#pragma once

#include <cstdint>
#include <string>

#include "hub/jobs/memory.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::jobs {

class AlertSender {
 public:
  /// Both must outlive it.
  AlertSender(const settings::Workspace& workspace, const std::string& zone)
      : workspace_(workspace), zone_(zone) {}

  /// Sends one alert its way. Throws retry when it may go well later, fix_settings or fail when
  /// not. An alert that is sent again has the same webhook-id and Message-ID, so that a receiver
  /// can tell.
  void send(const Item& alert) const;

 private:
  void mail(const Item& alert) const;
  void call(const Item& alert) const;

  const settings::Workspace& workspace_;
  const std::string& zone_;
};

}  // namespace homeroom::jobs
