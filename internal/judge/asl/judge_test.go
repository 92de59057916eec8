package asl_test

import (
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge/asl"
)

// TestTheJudgeSeesMistakes gives the judge what is wrong, and what is right.
func TestTheJudgeSeesMistakes(t *testing.T) {
	const work = `{"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:work",` +
		` "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 100, "MaxAttempts": 1}], "End": true}}}`
	replies := func(all ...asl.Reply) map[string][]asl.Reply { return map[string][]asl.Reply{"Work": all} }
	outcomes := asl.Run(t, []asl.Case{
		{work, 1, replies(asl.Reply{Input: 1, Error: "Busy", Cause: "later"}, asl.Reply{Input: 1, Output: "ok"})},
		{work, 1, replies(asl.Reply{Input: 1, Error: "Other", Cause: "never"})},
		{work, 1, replies(asl.Reply{Input: 2, Output: "not asked for"})},
		{strings.Replace(work, `"End": true`, `"Next": "Gone"`, 1), 1, nil},
		{`{"StartAt": "Give", "States": {"Give": {"Type": "Pass", "Result": "given", "End": true}}}`, nil, nil},
	})
	if o := outcomes[0]; o.Output != "ok" || o.Error != "" || len(o.Calls) != 2 || o.Invalid != "" {
		t.Errorf("a task that is tried again gives %+v", o)
	}
	if o := outcomes[1]; o.Error != "Other" || o.Cause != "never" {
		t.Errorf("a task that fails gives %+v", o)
	}
	if o := outcomes[2]; o.Error != "UnexpectedCall" {
		t.Errorf("a call that there is no reply to gives %+v", o)
	}
	if o := outcomes[3]; o.Invalid == "" {
		t.Errorf("a way to nowhere gives %+v", o)
	}
	if o := outcomes[4]; o.Output != "given" {
		t.Errorf("a state gives %+v", o)
	}
}
