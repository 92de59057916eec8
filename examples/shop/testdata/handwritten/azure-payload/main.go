package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

type invokeRequest struct {
	Data     map[string]json.RawMessage
	Metadata map[string]any
}

type invokeResponse struct {
	Outputs     map[string]any
	Logs        []string
	ReturnValue any
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var in invokeRequest
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(invokeResponse{Outputs: map[string]any{"res": map[string]any{"statusCode": 200, "body": "hello"}}})
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT"), nil))
}
