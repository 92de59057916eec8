package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// tableCall is a call of a Cosmos DB trigger, whose binding is called documents: the text of a JSON array, encoded as JSON, within a
// string.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-cosmosdb-v2-trigger
type tableCall struct {
	Data struct {
		Documents text `json:"documents"`
	}
	Metadata struct {
		RetryContext retry
	}
}

// document is a document as Isobar's tables have them: the item stands apart, so that its attributes never meet those of Cosmos DB.
// https://learn.microsoft.com/azure/cosmos-db/resource-model#properties-of-an-item
type document struct {
	ID        string          `json:"id"`
	Partition attribute       `json:"pk"`
	Item      json.RawMessage `json:"item"`
	Timestamp json.Number     `json:"_ts"` // in seconds
	ETag      attribute       `json:"_etag"`
	Sequence  json.Number     `json:"_lsn"`
}

// documents decodes changes. The feed has no deletions, and no item as it was before.
// https://learn.microsoft.com/azure/cosmos-db/change-feed-modes#latest-version-change-feed-mode
func documents(body []byte) (call, error) {
	var c tableCall
	if err := json.Unmarshal(body, &c); err != nil {
		return call{}, err
	}
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(c.Data.Documents), &raw); err != nil {
		return call{}, fmt.Errorf("the data of the binding documents: %w", err)
	}
	if raw == nil {
		return call{}, errors.New("the data of the binding documents is no array")
	}
	events := make([]event, len(raw))
	for i, r := range raw {
		var d document
		if err := json.Unmarshal(r, &d); err != nil {
			return call{}, fmt.Errorf("document %d: %w", i, err)
		}
		if d.ID == "" {
			return call{}, fmt.Errorf("document %d has no ID", i)
		}
		events[i] = event{d.delivery(), r}
		events[i].Event.Raw = r
	}
	return call{events, c.Metadata.RetryContext}, nil
}

// delivery returns the change that a document tells of. A document that has no item fails when it is delivered, as any item does
// that cannot be decoded: so it does not keep others away for ever.
func (d *document) delivery() app.Delivery {
	delivery := app.Delivery{Item: app.Item{New: d.Item}}
	delivery.Event.ID = d.version() + "/" + d.ID + "/" + d.Partition.text
	if seconds, err := strconv.ParseInt(string(d.Timestamp), 10, 64); err == nil && seconds > 0 && seconds <= maxSeconds {
		delivery.Event.Time = time.Unix(seconds, 0)
	}
	return delivery
}

// maxSeconds is the last moment that RFC 3339 can write.
const maxSeconds = 253402300799

// version tells the states of one document apart: the ETag, which is another after each write, and the same in each region. It has no
// slash, and neither has a document's ID, so that IDs of events made of them cannot be mistaken for each other.
// https://learn.microsoft.com/rest/api/cosmos-db/cosmosdb-resource-uri-syntax-for-rest
func (d *document) version() string {
	if etag := strings.Trim(d.ETag.text, `"`); etag != "" {
		return etag
	}
	return string(d.Sequence)
}
