package gcp

import (
	"encoding/json"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// DecodeMessage decodes a push of a message.
func DecodeMessage(body []byte) (app.Delivery, error) { return message(nil, body) }

// Push is what a push is read as.
type Push = push

// ReadPush reads a push, and tells whether it took no help to do so.
func ReadPush(body []byte) (p Push, isPlain bool, err error) {
	err = jsonscan.Read(body, &p, scanPush)
	return p, jsonscan.IsPlain(body, scanPush), err
}

// UnmarshalPush reads a push with encoding/json.
func UnmarshalPush(body []byte) (p Push, err error) {
	return p, json.Unmarshal(body, &p)
}
