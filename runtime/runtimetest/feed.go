package runtimetest

// Feed is what a cloud's change feed of a table tells, beside the item as it is now.
type Feed struct {
	Old     bool // the item as it was
	Deletes bool // that an item was deleted
	Ordered bool // changes in their order, none before one that failed
}

// Feed implements [Events]. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
func (awsCloud) Feed() Feed { return Feed{Old: true, Deletes: true, Ordered: true} }

// Feed implements [Events]: the latest-version mode, which the Functions trigger reads, has neither.
// https://learn.microsoft.com/azure/cosmos-db/change-feed-modes#latest-version-change-feed-mode
func (azureCloud) Feed() Feed { return Feed{Ordered: true} }

// Feed implements [Events]: the order is not guaranteed. https://cloud.google.com/firestore/docs/extend-with-functions-2nd-gen
func (gcpCloud) Feed() Feed { return Feed{Old: true, Deletes: true} }
