using UnrealBuildTool;

public class ArenaStore : ModuleRules
{
	public ArenaStore(ReadOnlyTargetRules Target) : base(Target)
	{
		PrivateDependencyModuleNames.Add("Core");
	}
}
