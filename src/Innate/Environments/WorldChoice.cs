using System.Globalization;
using Innate.Environments.Processes;

namespace Innate.Environments;

/// <summary>
/// A world as it is written: <c>NAME[,families=A+B][,held-out=A+B][,only-held-out][,max-steps=N]</c> of one of
/// <see cref="WorldList.Names"/>, <c>command[,timeout=SECONDS]:RUN</c> of a program of the user's, or one of
/// <see cref="QuestionWorldChoice"/>.
/// </summary>
/// <param name="Text">As it was written.</param>
internal sealed record WorldChoice(string Text)
{
    private const string Setting = "World", CommandName = "command";
    private const double UsualTimeout = 30;

    private string? Run { get; init; }

    private Func<IEnvironment>? Own { get; init; }

    private bool IsProcess { get; init; }

    private string Name { get; init; } = "";

    private double Timeout { get; init; } = UsualTimeout;

    private WorldOptions Options { get; init; } = new();

    /// <summary>What is played in together: a process is no small thing.</summary>
    public int Together => IsProcess ? 16 : 64;

    /// <summary>A world of a program's own under its name, or one that is written.</summary>
    /// <param name="text">What it is called, or how it is written.</param>
    /// <param name="own">Makes a copy of a program's own; null: it is written.</param>
    /// <exception cref="InputException">As of <see cref="Parse"/>.</exception>
    public static WorldChoice Of(string text, Func<IEnvironment>? own) =>
        own is null ? Parse(text) : new WorldChoice(text) { Own = own };

    /// <summary>What is written instead of a world's name where it has more to say than options.</summary>
    internal static IReadOnlyList<string> OtherNames { get; } =
        [CommandName, QuestionWorldChoice.SearchName, QuestionWorldChoice.ToolsName];

    /// <summary>Reads one.</summary>
    /// <exception cref="InputException">An unknown world or option, or a value out of range.</exception>
    public static WorldChoice Parse(string text)
    {
        if (QuestionWorldChoice.Parse(text, out bool isProcess) is { } open)
        {
            return new WorldChoice(text) { Own = open, IsProcess = isProcess };
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string head = colon < 0 ? text : text[..colon];
        bool isCommand = head == CommandName || head.StartsWith($"{CommandName},", StringComparison.Ordinal);
        WorldChoice choice = isCommand ? Command(text, head, colon) : Named(text);
        if (!isCommand) choice.Open().Dispose();
        return choice;
    }

    /// <summary>The world's words on its actions.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public string Instructions()
    {
        using IEnvironment world = Open();
        return world.Instructions
            ?? throw new InputException("Instructions", "a world with words on its actions, such as household", $"'{Text}'");
    }

    /// <summary>A copy of the world of its own.</summary>
    public IEnvironment Open() => Own is { } own ? own() : Run is { } run
        ? new ProcessWorld(run, TimeSpan.FromSeconds(Timeout))
        : WorldList.Open(Name, Options);

    private static WorldChoice Command(string text, string head, int colon)
    {
        WorldChoice choice = new(text) { Run = colon < 0 ? "" : text[(colon + 1)..].Trim(), IsProcess = true };
        foreach (string option in head.Split(',').Skip(1))
        {
            choice = option.Split('=', 2) is ["timeout", { } seconds]
                && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out double time)
                && time is > 0 and <= 1e6
                ? choice with { Timeout = time }
                : throw new InputException(Setting, "command[,timeout=SECONDS]:RUN", $"'{option}'");
        }

        return choice.Run!.Length > 0 ? choice
            : throw new InputException(Setting, "a program after command:, such as 'command:python3 my_world.py'", "nothing");
    }

    private static WorldChoice Named(string text)
    {
        string[] parts = text.Split(',');
        if (!WorldList.Names.Contains(parts[0])) throw WorldList.Unknown(parts[0].Split(':')[0]);
        WorldOptions options = new();
        foreach (string part in parts.Skip(1))
        {
            string[] pair = part.Split('=', 2);
            string value = pair.Length > 1 ? pair[1] : "";
            options = (pair[0], pair.Length) switch
            {
                ("families", 2) => options with { Families = value.Split('+') },
                ("held-out", 2) => options with { HeldOut = value.Split('+') },
                ("only-held-out", 1) => options with { OnlyHeldOut = true },
                ("max-steps", 2) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) =>
                    options with { MaxSteps = steps },
                _ => throw new InputException(
                    Setting, "families=A+B, held-out=A+B, only-held-out or max-steps=N after the world's name", $"'{part}'"),
            };
        }

        return new WorldChoice(text) { Name = parts[0], Options = options };
    }
}
