using UnrealBuildTool;

public class ArenaChat : ModuleRules
{
	public ArenaChat(ReadOnlyTargetRules Target) : base(Target)
	{
		PrivateDependencyModuleNames.AddRange(new string[] { "Core", "HTTP", "WebSockets" });
	}
}
