extends Node
## Connects the players. The server is authoritative; clients send inputs and draw what comes back.

signal joined
signal left(reason: String)

const PORT := 27_512
const MAX_PLAYERS := 16
const DISCOVERY_PORT := 27_513

var _discovery := PacketPeerUDP.new()
var _servers: Dictionary = {}


func _ready() -> void:
	multiplayer.connected_to_server.connect(func() -> void: joined.emit())
	multiplayer.connection_failed.connect(func() -> void: left.emit("connection failed"))
	multiplayer.server_disconnected.connect(func() -> void: left.emit("server closed"))
	if OS.has_feature("dedicated_server"):
		var host := ENetMultiplayerPeer.new()
		var error := host.create_server(PORT, MAX_PLAYERS)
		if error != OK:
			push_error("cannot listen on port %d: %s" % [PORT, error_string(error)])
			get_tree().quit(1)
			return
		multiplayer.multiplayer_peer = host


func join(address: String) -> Error:
	var peer := ENetMultiplayerPeer.new()
	var error := peer.create_client(address, PORT)
	if error == OK:
		multiplayer.multiplayer_peer = peer
	return error


## Watches a match through the relay, which speaks WebSocket.
func watch(relay: String) -> Error:
	var peer := WebSocketMultiplayerPeer.new()
	var error := peer.create_client("wss://%s/watch" % relay)
	if error == OK:
		multiplayer.multiplayer_peer = peer
	return error


## Looks for servers in the local network. Answers arrive in `_process`.
func discover() -> Error:
	var error := _discovery.bind(DISCOVERY_PORT)
	if error != OK:
		return error
	_discovery.set_broadcast_enabled(true)
	_discovery.set_dest_address("255.255.255.255", DISCOVERY_PORT)
	return _discovery.put_packet("arena?".to_utf8_buffer())


func servers() -> Array:
	return _servers.keys()


func _process(_delta: float) -> void:
	while _discovery.get_available_packet_count() > 0:
		var answer := _discovery.get_packet().get_string_from_utf8()
		if answer.begins_with("arena!"):
			_servers[_discovery.get_packet_ip()] = Time.get_ticks_msec()
