extends CharacterBody2D
## A player: the owner reads the input, everybody else sees the result.

const SPEED := 320.0

@export var cooldown := 0.25

var _ready_at := 0.0


func _enter_tree() -> void:
	set_multiplayer_authority(name.to_int())


func _physics_process(_delta: float) -> void:
	if not is_multiplayer_authority():
		return
	velocity = Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down") * SPEED
	move_and_slide()
	look_at(get_global_mouse_position())
	if Input.is_action_pressed("shoot"):
		_shoot()


func _shoot() -> void:
	var now := Time.get_ticks_msec() / 1000.0
	if now < _ready_at:
		return
	_ready_at = now + cooldown
	_fired.rpc(global_position, rotation)


@rpc("authority", "call_local", "unreliable")
func _fired(_from: Vector2, _angle: float) -> void:
	$Muzzle.restart()
