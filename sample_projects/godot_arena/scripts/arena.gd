extends Node2D
## One round: builds the map in the background, spawns the players, counts the frags.

const PLAYER := preload("res://scenes/player.tscn")
const SIZE := Vector2i(96, 96)

var _builder: Thread
var _frags: Dictionary = {}

@onready var _tiles: TileMapLayer = $Tiles
@onready var _players: Node2D = $Players


func _ready() -> void:
	_builder = Thread.new()
	_builder.start(_build_map.bind(randi()))
	multiplayer.peer_connected.connect(_spawn)
	multiplayer.peer_disconnected.connect(_remove)


func _exit_tree() -> void:
	if _builder != null and _builder.is_started():
		_builder.wait_to_finish()


## Runs on its own thread: the noise of a map takes half a second.
func _build_map(random_seed: int) -> void:
	var noise := NoiseField.new()
	noise.seed = random_seed
	var walls: Array[Vector2i] = []
	for y in SIZE.y:
		for x in SIZE.x:
			if noise.sample(x, y) > 0.35:
				walls.append(Vector2i(x, y))
	_place.call_deferred(walls)


func _place(walls: Array[Vector2i]) -> void:
	for cell in walls:
		_tiles.set_cell(cell, 0, Vector2i.ZERO)


func _spawn(id: int) -> void:
	var player := PLAYER.instantiate()
	player.name = str(id)
	_players.add_child(player)
	_frags[id] = 0


func _remove(id: int) -> void:
	var player := _players.get_node_or_null(str(id))
	if player != null:
		player.queue_free()
	_frags.erase(id)


func score(id: int) -> void:
	_frags[id] = _frags.get(id, 0) + 1
	if _frags[id] == 10:
		Achievements.unlock("ten_frags")
