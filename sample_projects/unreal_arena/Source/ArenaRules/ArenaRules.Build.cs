using UnrealBuildTool;

public class ArenaRules : ModuleRules
{
	public ArenaRules(ReadOnlyTargetRules Target) : base(Target)
	{
		PrivateDependencyModuleNames.Add("Arena");
		if (Target.Type == TargetType.Server)
		{
			PublicAdditionalLibraries.Add("libfleet.a");
		}
	}
}
