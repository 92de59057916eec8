package gcp

import (
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
)

// alarms are one policy for all dead letters, with an incident for each subscription that holds any.
// https://cloud.google.com/pubsub/docs/monitoring#monitor_forwarded_undeliverable_messages
func (m *module) alarms() []hcl.Block {
	if !m.app.HasDeadLetters() {
		return nil
	}
	filter := hcl.Template{
		hcl.Str(`resource.type = "pubsub_subscription" AND metric.type = "pubsub.googleapis.com/subscription/num_undelivered_messages"` +
			` AND resource.labels.subscription_id = starts_with("`), hcl.Ref("local.prefix"), hcl.Str(`-")` +
			` AND resource.labels.subscription_id = ends_with("` + spec.DeadLetterSuffix + `")`),
	}
	return []hcl.Block{resource(typeAlarm, "dead-letters",
		hcl.Attr{Name: "display_name", Value: hcl.Template{hcl.Ref("local.prefix"), hcl.Str(" has dead letters")}},
		hcl.Attr{Name: "combiner", Value: hcl.Str("OR")},
		hcl.Attr{Name: "notification_channels", Value: hcl.Ref("var.notification_channels")},
		hcl.Attr{Name: "user_labels", Value: sharedLabels},
		hcl.Block{Type: "conditions", Body: []hcl.Item{
			hcl.Attr{Name: "display_name", Value: hcl.Str("A subscription holds dead letters")},
			hcl.Block{Type: "condition_threshold", Body: []hcl.Item{
				hcl.Attr{Name: "filter", Value: filter},
				hcl.Attr{Name: "comparison", Value: hcl.Str("COMPARISON_GT")},
				hcl.Attr{Name: "threshold_value", Value: hcl.Int(0)},
				hcl.Attr{Name: "duration", Value: hcl.Str("0s")},
				hcl.Block{Type: "aggregations", Body: []hcl.Item{
					hcl.Attr{Name: "alignment_period", Value: hcl.Str("60s")},
					hcl.Attr{Name: "per_series_aligner", Value: hcl.Str("ALIGN_MAX")},
				}},
			}},
		}},
		afterAPIs(),
	)}
}
