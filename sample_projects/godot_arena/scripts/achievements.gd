extends Node
## Achievements of the store that the game is sold in, through the Steamlike addon.

var _store: Steamlike


func _ready() -> void:
	_store = Steamlike.new()
	if not _store.connect_client():
		push_warning("the store's client is not running")


func unlock(achievement: String) -> void:
	_store.unlock(achievement)
