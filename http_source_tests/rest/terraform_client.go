// What the provider of Terraform does by its library: each argument is a call, answered by a line of JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/ricardo-ch/go-kafka-connect/v3/lib/connectors"
)

func main() {
	client := connectors.NewClient(os.Args[1])
	name := connectors.ConnectorRequest{Name: os.Args[2]}
	for _, call := range os.Args[3:] {
		answer, err := do(client, name, call)
		if err != nil {
			answer = map[string]string{"error": err.Error()}
		}
		line, _ := json.Marshal(answer)
		fmt.Println(string(line))
	}
}

func do(client connectors.HighLevelClient, name connectors.ConnectorRequest, call string) (interface{}, error) {
	switch call {
	case "list":
		return client.GetAll()
	case "get":
		return client.GetConnector(name)
	case "config":
		return client.GetConnectorConfig(name)
	case "status":
		return client.GetConnectorStatus(name)
	case "tasks":
		return client.GetAllTasks(name)
	case "pause":
		return client.PauseConnector(name, true)
	case "resume":
		return client.ResumeConnector(name, true)
	case "restart":
		return client.RestartConnector(name)
	case "restart-task":
		return client.RestartTask(connectors.TaskRequest{Connector: name.Name, TaskID: 0})
	case "delete":
		return client.DeleteConnector(name, true)
	}
	return write(client, name, call)
}

// write creates or updates: the call is the document to send.
func write(client connectors.HighLevelClient, name connectors.ConnectorRequest, document string) (interface{}, error) {
	request := connectors.CreateConnectorRequest{ConnectorRequest: name}
	if err := json.Unmarshal([]byte(document), &request.Config); err != nil {
		return nil, err
	}
	found, err := client.GetConnector(name)
	if err != nil {
		return nil, err
	}
	if found.Code == 404 {
		return client.CreateConnector(request, true)
	}
	return client.UpdateConnector(request, true)
}
