extends Node
## Name and settings of the player, kept in `user://`, which the browser keeps too.

const PATH := "user://profile.cfg"

var player_name := "player"


func _ready() -> void:
	var file := ConfigFile.new()
	if file.load(PATH) == OK:
		player_name = file.get_value("player", "name", player_name)


func save() -> void:
	var file := ConfigFile.new()
	file.set_value("player", "name", player_name)
	file.save(PATH)
