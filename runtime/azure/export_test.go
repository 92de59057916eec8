package azure

import (
	"encoding/json"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// DecodeMessage decodes a call for a message of Service Bus.
func DecodeMessage(body []byte) (app.Delivery, error) {
	c, err := message(body)
	if err != nil {
		return app.Delivery{}, err
	}
	return c.events[0].Delivery, nil
}

// Brokered is what a call for a message is read as.
type Brokered = brokered

// ReadBrokered reads a call for a message, and tells whether it took no help to do so.
func ReadBrokered(body []byte) (b Brokered, isPlain bool, err error) {
	err = jsonscan.Read(body, &b, scanBrokered)
	return b, jsonscan.IsPlain(body, scanBrokered), err
}

// UnmarshalBrokered reads a call for a message with encoding/json.
func UnmarshalBrokered(body []byte) (b Brokered, err error) {
	return b, json.Unmarshal(body, &b)
}
