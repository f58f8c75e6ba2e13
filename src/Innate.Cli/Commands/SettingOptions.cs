using System.CommandLine;
using System.Globalization;
using Innate.Runs.Settings;

namespace Innate.Cli.Commands;

/// <summary>A table of settings as options: what is given is put into the settings, and checked by the table.</summary>
/// <typeparam name="T">The record of settings.</typeparam>
internal sealed class SettingOptions<T>
{
    private readonly List<(Setting<T> Setting, Option<string[]> Option)> _options;

    /// <param name="table">The settings.</param>
    public SettingOptions(SettingTable<T> table) => _options = [.. table.Rows.Select(r => (r, Make(r)))];

    public void AddTo(Command command)
    {
        foreach ((_, Option<string[]> option) in _options) command.Add(option);
    }

    /// <summary>The settings with what was given put in.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="settings">The settings where nothing is given.</param>
    /// <param name="problems">What cannot be read is added here.</param>
    public T Read(ParseResult parsed, T settings, List<InputProblem> problems)
    {
        foreach ((Setting<T> setting, Option<string[]> option) in _options)
        {
            if (!parsed.IsGiven(option)) continue;
            if (Value(setting, parsed.GetValue(option) ?? [], problems) is not { } value) continue;
            try
            {
                settings = setting.Set(settings, value);
            }
            catch (InputException e)
            {
                problems.AddRange(e.Problems.Count > 0 ? e.Problems : [new InputProblem(setting.Name, e.Message, "another")]);
            }
        }

        return settings;
    }

    /// <summary>The settings with one of them put in that no option of its own says.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="name">The setting, of the form of texts.</param>
    /// <param name="texts">Its value.</param>
    /// <param name="problems">What cannot be read is added here.</param>
    public T Put(T settings, string name, string[] texts, List<InputProblem> problems)
    {
        try
        {
            return _options.First(o => o.Setting.Name == name).Setting.Set(settings, texts);
        }
        catch (InputException e)
        {
            problems.AddRange(e.Problems.Count > 0 ? e.Problems : [new InputProblem(name, e.Message, "another")]);
            return settings;
        }
    }

    /// <summary>The names of the settings that were given.</summary>
    /// <param name="parsed">The options.</param>
    public HashSet<string> Given(ParseResult parsed) =>
        [.. _options.Where(o => parsed.IsGiven(o.Option)).Select(o => o.Setting.Name)];

    private static object? Value(Setting<T> setting, string[] texts, List<InputProblem> problems)
    {
        string text = texts.Length > 0 ? texts[^1] : "";
        switch (setting.Form)
        {
            case SettingForm.Flag:
                return true;
            case SettingForm.Texts:
                return texts;
            case SettingForm.Text:
                return text;
            case SettingForm.Names:
                string[] names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return names.Length > 0 ? names : Wrong("names with commas between");
            case SettingForm.Choice:
                return setting.Choices.Contains(text) ? text : Wrong(string.Join(", ", setting.Choices));
            case SettingForm.Whole:
                return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)
                    ? whole
                    : Wrong(setting.Expected.Length > 0 ? setting.Expected : "a whole number");
            case SettingForm.Seed:
                return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
                    ? seed
                    : Wrong("a whole number of at least 0");
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number
                    : Wrong(setting.Expected.Length > 0 ? setting.Expected : "a number");
        }

        object? Wrong(string expected)
        {
            problems.Add(new InputProblem(setting.Name, expected, $"'{text}'{NearestName.Hint(text, setting.Choices)}"));
            return null;
        }
    }

    private static Option<string[]> Make(Setting<T> setting)
    {
        bool isFlag = setting.Form == SettingForm.Flag;
        string choices = setting.Choices.Count > 0 ? $"{string.Join(", ", setting.Choices)}: " : "";
        return new Option<string[]>(OptionNames.Of(setting.Name))
        {
            Description = choices + setting.Help,
            HelpName = isFlag ? null : ValueName(setting),
            Required = setting.IsRequired,
            Arity = isFlag ? ArgumentArity.Zero : ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
    }

    private static string ValueName(Setting<T> setting) => setting.ValueName != "X" ? setting.ValueName : setting.Form switch
    {
        SettingForm.Whole => "N",
        SettingForm.Choice => "NAME",
        SettingForm.Text => "TEXT",
        _ => "X",
    };
}
