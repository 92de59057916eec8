package asl

import (
	"slices"
	"strings"
)

// This file says which fields there are, and where.

// Fields that several types have.
var (
	commonFields  = []string{"Type", "Comment", "QueryLanguage"}
	pathFields    = []string{"InputPath", "OutputPath"}
	goOnFields    = []string{"Next", "End"}
	outcomeFields = []string{"ResultSelector", "ResultPath", "Retry", "Catch"}
)

// stateTypes are the types of states, in the order of messages.
var stateTypes = []string{"Task", "Choice", "Parallel", "Map", "Wait", "Pass", "Succeed", "Fail"}

// stateFields are the fields of each type of state.
var stateFields = map[string][]string{
	"Task":     slices.Concat(commonFields, pathFields, goOnFields, outcomeFields, []string{"Resource", "Parameters", "TimeoutSeconds", "TimeoutSecondsPath"}),
	"Choice":   slices.Concat(commonFields, pathFields, []string{"Choices", "Default"}),
	"Parallel": slices.Concat(commonFields, pathFields, goOnFields, outcomeFields, []string{"Branches", "Parameters"}),
	"Map":      slices.Concat(commonFields, pathFields, goOnFields, outcomeFields, []string{"ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "Parameters", "MaxConcurrency", "MaxConcurrencyPath"}),
	"Wait":     slices.Concat(commonFields, pathFields, goOnFields, []string{"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}),
	"Pass":     slices.Concat(commonFields, pathFields, goOnFields, []string{"Parameters", "Result", "ResultPath"}),
	"Succeed":  slices.Concat(commonFields, pathFields),
	"Fail":     slices.Concat(commonFields, []string{"Error", "ErrorPath", "Cause", "CausePath"}),
}

var (
	retrierFields   = []string{"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"}
	catcherFields   = []string{"ErrorEquals", "Next", "ResultPath", "Comment"}
	processorFields = append([]string{"ProcessorConfig"}, graphFields...)
)

// refused is a field that the language has elsewhere, and why it is not read.
type refused struct{ why, hint string }

const (
	whyJSONata     = "it belongs to the flavour JSONata, or to variables; definitions are read in the flavour JSONPath"
	whyDistributed = "it belongs to distributed maps, which one cloud alone has"
)

// others are the fields that are known and not read.
var others = map[string]refused{
	"Arguments":                      {whyJSONata, "write Parameters"},
	"Output":                         {whyJSONata, "write ResultSelector and ResultPath"},
	"Assign":                         {whyJSONata, "keep the value in the state's output, with ResultPath"},
	"Condition":                      {whyJSONata, "write Variable and an operator"},
	"Items":                          {whyJSONata, "write ItemsPath"},
	"HeartbeatSeconds":               {"a call of a function has no heartbeats", "write TimeoutSeconds"},
	"HeartbeatSecondsPath":           {"a call of a function has no heartbeats", "write TimeoutSecondsPath"},
	"Credentials":                    {"a task runs with the rights that the spec gives it", "leave it out"},
	"ItemReader":                     {whyDistributed, "read the items in a function"},
	"ItemBatcher":                    {whyDistributed, "make batches with States.ArrayPartition"},
	"ResultWriter":                   {whyDistributed, "write the results in a function"},
	"Label":                          {whyDistributed, "leave it out"},
	"ToleratedFailureCount":          {whyDistributed, "catch errors within the item's states"},
	"ToleratedFailureCountPath":      {whyDistributed, "catch errors within the item's states"},
	"ToleratedFailurePercentage":     {whyDistributed, "catch errors within the item's states"},
	"ToleratedFailurePercentagePath": {whyDistributed, "catch errors within the item's states"},
}

// typesWith are the types of states that have a field.
func typesWith(field string) []string {
	var types []string
	for _, t := range stateTypes {
		if slices.Contains(stateFields[t], field) {
			types = append(types, t)
		}
	}
	return types
}

// examples are what to write where a field is missing.
var examples = map[string]string{
	"StartAt":       "write StartAt: STATE, the state that is the first",
	"States":        "write States: { NAME: { Type: Task, Resource: isobar:function:NAME, End: true } }",
	"Type":          "the types are " + strings.Join(stateTypes, ", "),
	"Resource":      "write for example Resource: isobar:function:NAME",
	"Next":          "write Next: STATE",
	"Choices":       "write for example Choices: [{ Variable: $.paid, BooleanEquals: true, Next: STATE }]",
	"Branches":      "write Branches: [{ StartAt: STATE, States: … }]",
	"ItemProcessor": "write ItemProcessor: { StartAt: STATE, States: … }",
	"ErrorEquals":   "write the names of errors, or ErrorEquals: [States.ALL]",
}
