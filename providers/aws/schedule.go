package aws

import (
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec/cron"
)

// The Scheduler hands each moment to the function's own queue, which is where attempts are counted. Its own attempts are to hand a moment
// over at all, and it makes as many as it can within the age.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
const (
	deliveryRetries = 185
	scheduleAge     = time.Hour
)

// scheduleInput is what a function gets: the Scheduler puts the facts of the moment in the place of its keywords.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
const scheduleInput = `{"id":"<aws.scheduler.execution-id>","schedule":"<aws.scheduler.schedule-arn>",` +
	`"scheduledTime":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}`

// scheduleGroup adds the group of the app's schedules, when it has any. Schedules take no tags, their group does; and the trust
// of a role can be bound to a group, not to a schedule.
func (l *lowering) scheduleGroup(b *block) {
	if len(plan.Of[plan.Schedule](l.app)) == 0 {
		return
	}
	b.resources = append(b.resources, cfn.Resource{
		ID: idGroup, Comment: "The group of all schedules", Type: "AWS::Scheduler::ScheduleGroup",
		Properties: cfn.Map{
			{"Name", cfn.Sub{cfn.String(l.app.Name + "-"), cfn.Ref(paramStage)}},
			{"Tags", l.tags},
		},
	})
}

// schedule adds a function's own queue, what sends to it at the function's moments, and what calls the function.
func (l *lowering) schedule(b *block, f *plan.Function, on plan.Schedule) {
	b.uses = append(b.uses, idGroup)
	role := id(f.Name, idScheduler)
	c := l.channelOf(f, 0)
	l.channel(b, c)
	l.role(b, role, l.schedulerTrust(), "scheduler",
		statement{"Send", []string{sendMessage}, arnOf(c.main), on.Pos},
		statement{"SendDeadLetters", []string{sendMessage}, arnOf(c.dead), on.Pos},
	)
	b.add(cfn.Resource{ID: id(f.Name, idSchedule), Type: "AWS::Scheduler::Schedule", Properties: cfn.Map{
		{"Name", l.physical(f.Name, maxScheduleName)},
		{"GroupName", cfn.Ref(idGroup)},
		{"ScheduleExpression", cfn.String(expression(on.Expr))},
		{"ScheduleExpressionTimezone", cfn.String(on.Timezone.Value)},
		{"FlexibleTimeWindow", cfn.Map{{"Mode", cfn.String("OFF")}}},
		{"Target", cfn.Map{
			{"Arn", arnOf(c.main)},
			{"RoleArn", arnOf(role)},
			{"Input", cfn.String(scheduleInput)},
			{"RetryPolicy", cfn.Map{
				{"MaximumRetryAttempts", cfn.Int(deliveryRetries)},
				{"MaximumEventAgeInSeconds", seconds(scheduleAge)},
			}},
			{"DeadLetterConfig", cfn.Map{{"Arn", arnOf(c.dead)}}},
		}},
	}})
	l.mapping(b, f, single(f))
}

// schedulerTrust lets the Scheduler take a role, for schedules of this account and of the app's group.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func (l *lowering) schedulerTrust() trust {
	return trust{service: "scheduler.amazonaws.com", condition: cfn.Map{{"StringEquals", cfn.Map{
		{"aws:SourceAccount", cfn.Ref("AWS::AccountId")},
		{"aws:SourceArn", arn("scheduler", cfn.String("schedule-group/"), cfn.Ref(idGroup))},
	}}}}
}

// expression writes a cron expression as the Scheduler reads it: six fields, with a year, and one of the two kinds of day "?".
// All is written in forms that the page shows; it shows no steps through ranges.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
func expression(e cron.Expr) string {
	dayOfMonth, dayOfWeek := e.Fields[cron.DayOfMonth], e.Fields[cron.DayOfWeek]
	days, weekdays := numbers(dayOfMonth, strconv.Itoa), "?"
	if !dayOfWeek.Any {
		dayOfWeek.Every = 0 // names take no step
		days, weekdays = "?", numbers(dayOfWeek, weekday)
	}
	return "cron(" + strings.Join([]string{
		numbers(e.Fields[cron.Minute], strconv.Itoa), numbers(e.Fields[cron.Hour], strconv.Itoa),
		days, numbers(e.Fields[cron.Month], strconv.Itoa), weekdays, "*",
	}, " ") + ")"
}

// weekday is the name of a day. Its number would be another than in the spec: the Scheduler counts from 1.
func weekday(n int) string {
	return [...]string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}[n]
}

// numbers writes a field: a step through all of it as start/step, anything else as a list of numbers and of ranges.
func numbers(f cron.Field, name func(int) string) string {
	values := f.Values()
	switch {
	case f.Any:
		return "*"
	case f.Every > 0:
		return name(values[0]) + "/" + strconv.Itoa(f.Every)
	}
	var items []string
	for i := 0; i < len(values); {
		end := i
		for end+1 < len(values) && values[end+1] == values[end]+1 {
			end++
		}
		if end-i < 2 {
			end = i // two in a row are no range
			items = append(items, name(values[i]))
		} else {
			items = append(items, name(values[i])+"-"+name(values[end]))
		}
		i = end + 1
	}
	return strings.Join(items, ",")
}
