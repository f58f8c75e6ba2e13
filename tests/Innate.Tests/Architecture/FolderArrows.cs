using System.Reflection;
using System.Reflection.Emit;

namespace Innate.Tests.Architecture;

/// <summary>An arrow from one folder of the library to another, with one place in the code that draws it.</summary>
/// <param name="From">The folder that uses.</param>
/// <param name="To">The folder that is used.</param>
internal readonly record struct FolderArrow(string From, string To);

/// <summary>
/// Reads from the compiled library which folder uses which: signatures, base types, fields, and every token in the bodies of
/// methods. Using lines would miss what is named in full, and the root namespace, which needs none.
/// </summary>
internal static class FolderArrows
{
    /// <summary>The facades, which stand in the root namespace.</summary>
    public const string Root = "(root)";

    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>All arrows, each with one member that draws it.</summary>
    public static Dictionary<FolderArrow, string> Of(Assembly assembly)
    {
        Dictionary<FolderArrow, string> arrows = [];
        foreach (Type type in assembly.GetTypes())
        {
            if (FolderOf(type, assembly) is not { } from) continue;
            foreach ((Type used, string where) in Uses(type))
            {
                if (FolderOf(used, assembly) is { } to && to != from) arrows.TryAdd(new FolderArrow(from, to), where);
            }
        }

        return arrows;
    }

    // Null: another assembly's, or one that the compiler made outside all folders.
    private static string? FolderOf(Type type, Assembly assembly)
    {
        if (type.Assembly != assembly || type.Namespace is not { } name) return null;
        if (name == "Innate") return Root;
        return name.StartsWith("Innate.", StringComparison.Ordinal) ? name.Split('.')[1] : null;
    }

    private static IEnumerable<(Type Used, string Where)> Uses(Type type)
    {
        IEnumerable<Type?> shape = type.GetInterfaces().Append(type.BaseType)
            .Concat(type.GetFields(All).Select(f => f.FieldType));
        foreach (Type used in shape.OfType<Type>().SelectMany(Parts)) yield return (used, type.FullName!);
        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            string where = $"{type.FullName}.{method.Name}";
            IEnumerable<Type> signature = method.GetParameters().Select(p => p.ParameterType);
            if (method is MethodInfo { ReturnType: { } returned }) signature = signature.Append(returned);
            foreach (Type used in signature.Concat(Body(method)).SelectMany(Parts)) yield return (used, where);
        }
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }

    private static IEnumerable<Type> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body) return [];
        Type[] ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return body.LocalVariables.Select(v => v.LocalType)
            .Concat(body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause)
                .Select(c => c.CatchType!))
            .Concat(Tokens(body.GetILAsByteArray()!)
                .SelectMany(token => Named(method.Module.ResolveMember(token, ofType, ofMethod)!)));
    }

    private static IEnumerable<Type> Named(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodInfo method => [
            method.DeclaringType!, method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType),
            .. method.IsGenericMethod ? method.GetGenericArguments() : []],
        _ => [member.DeclaringType!],
    };

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (int at = 0; at < il.Length;)
        {
            short value = il[at] == 0xfe ? (short)(0xfe00 | il[at + 1]) : il[at];
            at += il[at] == 0xfe ? 2 : 1;
            switch (Codes[value].OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    yield return BitConverter.ToInt32(il, at);
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(il, at));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at++;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }
}
