@tool
extends EditorPlugin
## Rebuilds the preview textures in the editor. Nothing of this ships with the game.

var _worker: Thread


func _enter_tree() -> void:
	_worker = Thread.new()
	_worker.start(_render_previews)


func _exit_tree() -> void:
	_worker.wait_to_finish()


func _render_previews() -> void:
	for size in [64, 128, 256]:
		Image.create_empty(size, size, false, Image.FORMAT_L8)
