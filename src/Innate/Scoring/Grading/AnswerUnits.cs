namespace Innate.Scoring.Grading;

/// <summary>Units and currencies: passed over where one of two answers has none, told apart where both have one.</summary>
internal static class AnswerUnits
{
    private static readonly Dictionary<string, string> Known = Table(
        "cm centimeter centimeters centimetre centimetres 厘米 公分", "mm millimeter millimeters millimetre millimetres 毫米",
        "m meter meters metre metres 米", "km kilometer kilometers kilometre kilometres 千米 公里", "dm decimeter decimeters 分米",
        "in inch inches 英寸", "ft foot feet 英尺", "yd yard yards", "mi mile miles 英里", "g gram grams 克",
        "kg kilogram kilograms 千克 公斤", "mg milligram milligrams 毫克", "lb lbs pound pounds 磅", "oz ounce ounces",
        "s sec secs second seconds 秒", "min mins minute minutes 分钟", "h hr hrs hour hours 小时", "day days 天", "week weeks 周",
        "month months 个月", "year years 年", "l L liter liters litre litres 升", "ml mL milliliter milliliters 毫升",
        "$ dollar dollars usd USD US 美元", "¢ cent cents", "€ euro euros EUR 欧元", "£ GBP 英镑", "¥ yuan RMB CNY rmb 元 块",
            "yen JPY 日元",
        "deg degree degrees 度", "rad radian radians 弧度", "N newton newtons", "J joule joules", "kJ kilojoule kilojoules",
        "W watt watts 瓦", "kW kilowatt kilowatts", "V volt volts 伏", "A amp amps ampere amperes 安", "Hz hertz", "kHz", "Pa",
            "kPa", "mph",
        "K kelvin", "C celsius", "F fahrenheit", "mol mole moles", "sq square", "cubic", "gal gallon gallons",
            "ton tons tonne tonnes 吨",
        "people person persons 人", "平方厘米", "平方米", "立方厘米", "立方米", "平方千米");

    // 3成 is 30%, 八折 80%: not the number before them.
    private const string NoUnitSigns = "成折半和或与及分之几多是不";

    private static readonly HashSet<string> NotUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        "or", "and", "to", "by", "plus", "minus", "times", "over", "mod", "of", "pi", "sqrt", "sin", "cos", "tan", "log", "ln",
        "if", "when", "where", "is", "not", "are", "was", "than", "less", "more", "about", "between", "through", "until",
            "divided",
        "squared", "cubed", "dozen", "half", "halves", "thirds", "quarters", "choose", "none", "but", "with", "remainder", "base",
        "pairs", "pair", "score", "times", "below", "above", "under", "degrees below", "negative", "factorial", "percentage",
            "bps",
        "fifths", "fourths", "sixths", "eighths", "tenths", "hundredths", "thousandths", "third", "quarter", "tenth", "fifth",
    };

    private static readonly Dictionary<string, int> Magnitudes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hundred"] = 2, ["thousand"] = 3, ["million"] = 6, ["billion"] = 9, ["trillion"] = 12,
    };

    /// <summary>Zeros that a word stands for: 6 of million; null where it is no such word.</summary>
    public static int? Magnitude(MathToken token) =>
        token.IsWord && Magnitudes.TryGetValue(token.Text, out int zeros) ? zeros : null;

    /// <summary>Whether the word is in the table, so that it is a unit also right after a number: 5cm.</summary>
    public static bool IsKnown(string word) => word.Length > 1 && Known.ContainsKey(word);

    /// <summary>A currency before a number, or an empty text; null where the token is none.</summary>
    public static string? Currency(MathToken token) =>
        (token.Is("€") || token.Is("£") || token.Is("¥")
            || (token.IsWord && token.Text is "US" or "USD" or "EUR" or "GBP" or "RMB" or "CNY"))
        && Known.TryGetValue(token.Text, out string? unit) ? unit : null;

    /// <summary>
    /// The unit that tokens say: <c>km/h</c>, <c>cm^2</c>, <c>square feet</c>, <c>apples</c>. Null where they say none; a word
    /// that is
    /// in no table is an empty unit, which is never told apart.
    /// </summary>
    public static string? Read(ReadOnlySpan<MathToken> tokens)
    {
        if (tokens.Length is 0 or > 12 || !IsUnit(tokens[0], isFirst: true)) return null;
        List<string> parts = [];
        bool isKnown = true;
        for (int i = 0; i < tokens.Length; i++)
        {
            MathToken t = tokens[i];
            if (t.IsCommand("cdot") || t.IsCommand("times")) continue;
            if (t.Is("/") || (t.IsWord && t.Text == "per"))
            {
                parts.Add("/");
            }
            else if (t.Is("^"))
            {
                int open = i + 1 < tokens.Length && tokens[i + 1].Is("{") ? 1 : 0;
                if (i + 1 + open >= tokens.Length
                    || tokens[i + 1 + open] is not { IsNumber: true, Text: "2" or "3" } power) return null;
                if (open == 1 && (i + 3 >= tokens.Length || !tokens[i + 3].Is("}"))) return null;
                parts.Add($"^{power.Text}");
                i += open == 1 ? 3 : 1;
            }
            else if (IsUnit(t, isFirst: i == 0))
            {
                isKnown &= Known.TryGetValue(t.Text, out string? unit);
                parts.Add(unit ?? "");
            }
            else
            {
                return null;
            }
        }

        if (!isKnown || parts[^1] == "/") return parts[^1] == "/" ? null : "";
        string[] dimension = parts is ["sq", var area] ? [area, "^2"] : parts is ["cubic", var volume] ? [volume, "^3"]
            : [.. parts];
        return string.Concat(dimension);
    }

    private static bool IsUnit(MathToken t, bool isFirst)
    {
        if (t.IsLetter) return Known.ContainsKey(t.Text) && char.IsLetter(t.Text[0]) && (!isFirst || t.IsSpaced || t.IsText);
        if (t.Is("€") || t.Is("£") || t.Is("¥")) return true;
        if (!t.IsWord || NotUnits.Contains(t.Text) || Magnitudes.ContainsKey(t.Text)) return false;
        if (Known.ContainsKey(t.Text)) return true;
        if (!char.IsAscii(t.Text[0])) return t.Text.Length <= 4
            && !t.Text.Any(c => NoUnitSigns.Contains(c, StringComparison.Ordinal));
        return (t.IsSpaced || t.IsText) && t.Text.Length > 2 && t.Text.All(c => char.IsAsciiLetter(c) || c is '-' or '\'')
            && t.Text.Any(c => "aeiouAEIOU".Contains(c, StringComparison.Ordinal)) && !IsRun(t.Text);
    }

    // abc, xyz: letters of algebra.
    private static bool IsRun(string word) => word.Length == 3 && word[1] == word[0] + 1 && word[2] == word[1] + 1;

    private static Dictionary<string, string> Table(params string[] rows)
    {
        Dictionary<string, string> table = new(StringComparer.Ordinal);
        foreach (string[] names in rows.Select(r => r.Split(' ')))
        {
            foreach (string name in names) table[name] = names[0];
        }

        return table;
    }
}
