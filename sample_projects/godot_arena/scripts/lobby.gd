extends Control
## The first screen: an address to type, a list of servers in the local network.


func _ready() -> void:
	if OS.has_feature("dedicated_server"):
		get_tree().change_scene_to_file.call_deferred("res://scenes/arena.tscn")
		return
	Network.joined.connect(func() -> void: get_tree().change_scene_to_file("res://scenes/arena.tscn"))
	Network.left.connect(func(reason: String) -> void: $Box/Status.text = reason)
	$Box/Manual.visible = not OS.has_feature("web")


func _on_join_pressed() -> void:
	var error := Network.join($Box/Address.text)
	if error != OK:
		$Box/Status.text = error_string(error)


## The manual is a PDF beside the program; the browser build hides the button.
func _on_manual_pressed() -> void:
	if not OS.has_feature("web"):
		OS.create_process("xdg-open", ["manual.pdf"])
