using System;
using System.IO;
using UnrealBuildTool;

public class Arena : ModuleRules
{
	public Arena(ReadOnlyTargetRules Target) : base(Target)
	{
		PublicDependencyModuleNames.AddRange(new string[] { "Core", "Engine", "Sockets", "Networking" });

		string Physics = Path.Combine(ModuleDirectory, "..", "ThirdParty", "ArenaPhysics");
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			PublicAdditionalLibraries.Add(Path.Combine(Physics, "Win64", "arena_physics.lib"));
			PublicDelayLoadDLLs.Add("arena_physics.dll");
			RuntimeDependencies.Add(Path.Combine(Physics, "Win64", "arena_physics.dll"));
		}
		else if (Target.IsInPlatformGroup(UnrealPlatformGroup.Unix))
		{
			PublicAdditionalLibraries.Add(Path.Combine(Physics, "Linux", "libarena_physics.a"));
		}
		else
		{
			throw new Exception("no physics for " + Target.Platform.ToString());
		}
	}
}
