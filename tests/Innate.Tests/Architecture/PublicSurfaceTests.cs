using System.Reflection;
using System.Text.RegularExpressions;
using Innate.Tests.Support;

namespace Innate.Tests.Architecture;

/// <summary>
/// What is public is what somebody uses: the command, the server, the extensions, an example or the documentation names it, or
/// it is a part of what they name. The rest is internal, and free to change. (The members are written down in
/// src/Innate/PublicAPI.Shipped.txt, which the build compares.)
/// </summary>
public partial class PublicSurfaceTests
{
    [Fact]
    public void Each_public_type_is_used()
    {
        Type[] all = [.. typeof(LanguageModel).Assembly.GetExportedTypes()];
        HashSet<string> words = WordsOfItsUsers();
        HashSet<Type> used = [.. all.Where(t => words.Contains(Name(t)))];
        Queue<Type> open = new(used);
        while (open.TryDequeue(out Type? type))
        {
            foreach (Type part in PartsOf(type).Where(p => p.Assembly == type.Assembly && used.Add(p))) open.Enqueue(part);
        }

        Assert.True(used.Count > 200, $"only {used.Count} types were found in use");
        string[] unused = [.. all.Where(t => !used.Contains(t)).Select(t => t.FullName!)];
        Assert.True(unused.Length == 0, $"public, and used by nobody: {string.Join(", ", unused)}");
    }

    private static HashSet<string> WordsOfItsUsers()
    {
        string[] sources =
        [
            .. new[] { "src/Innate.Cli", "src/Innate.Server", "src/Innate.Extensions.AI", "examples", "docs" }
                .SelectMany(folder => Directory.EnumerateFiles(
                    Path.Combine(Places.Repository, folder), "*.*", SearchOption.AllDirectories))
                .Where(f => Path.GetExtension(f) is ".cs" or ".md" && !BuildOutput().IsMatch(f)),
            Path.Combine(Places.Repository, "README.md"),
        ];
        return [.. sources.SelectMany(f => Word().Matches(File.ReadAllText(f)).Select(m => m.Value))];
    }

    private static string Name(Type type) => type.Name.Split('`')[0];

    // What a caller of a type comes to hold: its base types, and what its public members take and give.
    private static IEnumerable<Type> PartsOf(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.DeclaredOnly;
        IEnumerable<Type> direct =
        [
            .. type.GetInterfaces(),
            .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
            .. type.GetFields(Declared).Where(f => f.IsPublic).Select(f => f.FieldType),
            .. type.GetMethods(Declared).Where(IsVisible).SelectMany(m => m.GetParameters().Select(p => p.ParameterType)
                .Append(m.ReturnType)),
            .. type.GetConstructors(Declared).Where(IsVisible).SelectMany(c => c.GetParameters().Select(p => p.ParameterType)),
            .. type.GetNestedTypes(),
        ];
        return direct.SelectMany(Opened);
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Opened(Type type) =>
        type.HasElementType ? Opened(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Opened).Append(type.GetGenericTypeDefinition())
        : [type];

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex BuildOutput();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
