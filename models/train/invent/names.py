"""Invented people, companies, products and places. Names are put together at random: none means a real person."""

import unicodedata

from chance import Chance

FIRST = {
    "en": "Hannah Marcus Priya Owen Claire Derek Aisha Tom Nora Gavin Leah Simon Tara Colin Beth Ruth Ian Megan Paul Zoe",
    "de": "Katrin Jens Sabine Holger Miriam Uwe Lena Torsten Birgit Malte Anke Jonas Silke Rainer Heike Florian",
    "fr": "Camille Benoît Sophie Thierry Élodie Julien Nathalie Hugo Maëlle Pascal Inès Laurent Chloé Didier",
    "es": "Lucía Javier Marta Andrés Carmen Iván Elena Sergio Pilar Raúl Noelia Tomás Beatriz Álvaro",
    "it": "Giulia Marco Chiara Stefano Elisa Davide Paola Luca Silvia Matteo Ilaria Fabio Serena Nicola",
    "pt": "Inês Tiago Catarina Rui Beatriz Gustavo Larissa Nuno Camila Duarte Rafaela Vítor Helena Caio",
    "nl": "Sanne Jeroen Femke Bas Marloes Pieter Lotte Wouter Anouk Ruben Ilse Joost Esther Daan",
    "pl": "Agnieszka Tomasz Karolina Piotr Magda Krzysztof Ewa Wojtek Natalia Marcin Joanna Rafał",
    "ja": "佐藤美咲 田中健一 鈴木陽子 高橋大輔 伊藤真由 渡辺翔 山本直子 中村拓也 小林恵 加藤亮",
    "sv": "Elin Johan Karin Oskar Frida Lars Sofia Mattias Ingrid Erik Linnea Henrik",
    "tr": "Elif Mehmet Zeynep Burak Ayşe Emre Derya Kerem Selin Hakan Gizem Onur",
}
LAST = {
    "en": "Hartwell Pocock Merrin Ashdown Tulley Brandreth Cope Langmead Orrell Sefton Varley Whitcombe Dunmore Kessick",
    "de": "Brandtner Hollweg Kessler Rautenberg Stiegler Vohwinkel Wiesner Amthor Lindhorst Quandel Mersmann Oehler",
    "fr": "Delorval Marchenoir Vasseaux Roquebert Tessandier Aubrac Lempereur Guichenet Fontbonne Cardinaud",
    "es": "Olavarra Robledal Mencía Sotogrande Alcubierre Villamor Zarrazo Peñalta Carrasqui Urdiales",
    "it": "Belfantini Corradesi Montanelli Veronardi Scaglieri Pontremoli Lazzareschi Grimandi Fossatelli",
    "pt": "Valadim Serpão Figueirol Quintelas Moutinhal Abrantino Lousada Carvalhosa Peixoteira",
    "nl": "Verhoeckx Brinkhof Terlinden Zwaanstra Hofkamp Koolwijk Dijkema Ruitenberg Slagboom",
    "pl": "Brzozecki Wilczan Dąbkowicz Lisieczko Marczyn Zielak Olszarek Kubinowicz",
    "ja": "",
    "sv": "Lindvalla Ekströmer Hedlundh Sjövik Nordenby Aspgren Berglöf Västerlid",
    "tr": "Karadere Yıldıran Özgüner Aksoylar Demirkan Tuncaylı Bozbağ Erçelikli",
}
UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "ß": "ss"})
SYLLABLES = "nor vik ter bel cas lum ar den mo ri sta quin fer lo han zel pra tor mil ve ost gra cel du wen sol kar tri bo lin mar hal ost fen rou dal pin cor bra vel".split()
TRADES = "shop store home travel energy media books sport tools garden foods logistics health labs cloud systems pay tickets wear kids bikes music print auto insurance bank finance telecom works group".split()
PEOPLE_TRADES = "consulting engineering legal architects logistics construction foods partners group packaging freight metals textiles dental supplies research studio council college clinic".split()
THROWAWAY = "secure account verify update support notice service alert billing center portal mail online access info team help desk client document storage cloud web admin system delivery refund claim office".split()
PRODUCTS = {
    "en": "desk lamp; running shoes; coffee grinder; wool blanket; wireless keyboard; garden hose; rain jacket; bookshelf; water bottle; frying pan; headphones; backpack",
    "de": "Schreibtischlampe; Laufschuhe; Kaffeemühle; Wolldecke; Tastatur; Gartenschlauch; Regenjacke; Bücherregal; Bratpfanne; Rucksack",
    "fr": "lampe de bureau; chaussures de course; moulin à café; couverture en laine; clavier sans fil; veste de pluie; étagère; sac à dos",
    "es": "lámpara de mesa; zapatillas; molinillo de café; manta de lana; teclado; chubasquero; estantería; mochila",
    "it": "lampada da tavolo; scarpe da corsa; macinacaffè; coperta di lana; tastiera; giacca impermeabile; libreria; zaino",
    "pt": "candeeiro; ténis de corrida; moinho de café; manta de lã; teclado; impermeável; estante; mochila",
    "nl": "bureaulamp; hardloopschoenen; koffiemolen; wollen deken; toetsenbord; regenjas; boekenkast; rugzak",
    "pl": "lampka biurkowa; buty do biegania; młynek do kawy; koc wełniany; klawiatura; kurtka przeciwdeszczowa; plecak",
    "ja": "デスクランプ; ランニングシューズ; コーヒーミル; ウールブランケット; キーボード; レインジャケット; 本棚; リュック",
    "sv": "skrivbordslampa; löparskor; kaffekvarn; ullfilt; tangentbord; regnjacka; bokhylla; ryggsäck",
    "tr": "masa lambası; koşu ayakkabısı; kahve değirmeni; yün battaniye; klavye; yağmurluk; kitaplık; sırt çantası",
}
CITIES = {
    "en": "Leeds Bristol Denver Toronto Cork Perth", "de": "Kassel Bremen Graz Basel Erfurt Ulm", "fr": "Lyon Nantes Liège Rennes Dijon",
    "es": "Sevilla Bilbao Murcia Córdoba Valencia", "it": "Torino Bologna Bari Verona Trieste", "pt": "Porto Braga Curitiba Recife Évora",
    "nl": "Utrecht Breda Gent Zwolle Delft", "pl": "Poznań Gdynia Lublin Łódź", "ja": "名古屋 札幌 福岡 仙台", "sv": "Malmö Uppsala Lund Umeå", "tr": "İzmir Bursa Antalya Konya",
}
COUNTRIES = "GB US CA IE DE AT CH FR BE ES IT PT BR NL PL SE TR".split()


def person(chance: Chance, language: str) -> str:
    """A full name as the language writes it."""
    if language == "ja":
        return chance.choice(FIRST["ja"].split())
    return f"{chance.choice(FIRST[language].split())} {chance.choice(LAST[language].split())}"


def given(name: str) -> str:
    """What a message calls a person by: the first word, in Japanese the family name."""
    return name.split()[0] if " " in name else name[:2]


def mailbox(chance: Chance, name: str) -> str:
    """The part before the @ that a person of this name has at work."""
    plain = "".join(char for char in unicodedata.normalize("NFD", name.translate(UNDECOMPOSED)).lower() if char.isascii() and (char.isalpha() or char == " "))
    parts = plain.split()
    if len(parts) < 2:
        parts = [syllables(chance, 2), syllables(chance, 2)]
    first, last = parts[0], parts[-1]
    return chance.choice([f"{first}.{last}", f"{first[0]}{last}", f"{first}", f"{first[0]}.{last}", f"{last}", f"{first}_{last}"])


def syllables(chance: Chance, count: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(count))


def company(chance: Chance, trades: list[str]) -> tuple[str, str]:
    """An invented company: its name and the label of its domain."""
    stem = syllables(chance, chance.choice([2, 2, 3]))
    shape = chance.randrange(5)
    trade = chance.choice(trades)
    if shape == 0:
        return stem.capitalize(), stem
    if shape == 1:
        return f"{stem.capitalize()} {trade.capitalize()}", stem + trade
    if shape == 2:
        return f"{stem.capitalize()} {trade.capitalize()}", f"{stem}-{trade}"
    if shape == 3:
        other = syllables(chance, 2)
        return f"{stem.capitalize()} & {other.capitalize()}", f"{stem}-{other}" if chance.maybe(0.5) else stem + other
    return stem.capitalize(), chance.choice(["my", "go", "the", "get"]) + stem


def reserved(chance: Chance, label: str) -> str:
    """A domain under a name that is reserved for examples (RFC 2606)."""
    return f"{label}.{chance.pick({'example': 8, 'test': 2})}"
