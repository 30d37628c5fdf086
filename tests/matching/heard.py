"""Pairs of names of many origins: those one mishears for each other, and those one does not.

From everyday onomastics, not from the engine: how the names are written in the register and how
somebody writes them who only heard them, or who learnt another romanisation.
"""

ALIKE = {
    "english": (
        "phillip/filip catherine/kathryn leigh/lee wright/rite knight/nite smith/smyth "
        "thompson/tomson geoffrey/jeffrey jill/gill sean/shaun stuart/stewart clare/claire "
        "nicholas/nikolas christopher/kristofer zachary/zakary rachel/rachael chloe/khloe "
        "alicia/alisha jermaine/germain brian/bryan alan/allen neil/neal hayley/haleigh "
        "jayden/jaiden abigail/abbygale kayleigh/caylee lindsay/linsey aidan/ayden hughes/hews "
        "letitia/latisha joseph/josef sophie/sofie isabel/ysabel tracey/tracy mckenzie/makenzie "
        "andrew/andru matthew/mathew lewis/louis"
    ),
    "welsh": (
        "sian/shan sion/shaun gruffydd/griffith dafydd/david llewellyn/clewelin llewelyn/lewellin "
        "rhys/reece rhys/rees myfanwy/muvanwee ifan/evan ieuan/yayan iestyn/yestin "
        "angharad/anharad angharad/angarad llinos/clinos rhiannon/reannon cerys/kerris ceri/kerry "
        "carys/karis cadi/caddy ffion/feeon emyr/emeer geraint/gerraint hywel/howell meurig/myrig "
        "eirlys/airlis bronwen/bronwin gwyneth/gwenith heledd/heleth llinor/linnor llyr/clear "
        "pryce/prys gwilym/gwillim osian/oshan delyth/delith nerys/neris iwan/ewan lowri/lowry "
        "sioned/shoned bevan/befan llew/clew catrin/katrin gwenllian/gwenlian tomos/tommos"
    ),
    "south asian": (
        "waseem/vasim qasim/kassim ghulam/gulam rashid/rasheed dawood/daud chaudhry/chowdhury "
        "qureshi/koreshi zeeshan/zishan singh/sing kaur/kour dhillon/dillon sidhu/sidoo "
        "lakshmi/laxmi krishna/crishna pooja/puja priya/preeya bhavna/bavna vishal/wishal "
        "sanjeev/sanjiv jaswinder/jasvinder sukhwinder/sukvinder khurram/kurram parveen/perveen "
        "rukhsana/ruksana deepika/dipika jyoti/joti iftikhar/iftekar siddique/sidiki "
        "yasmin/jasmeen harpreet/harprit bhatti/bati shahid/shaheed ramadhan/ramazan hafeez/hafiz "
        "mahmood/mehmud chakraborty/chakrabarti ghosh/gosh thakur/takoor"
    ),
    "polish": (
        "szymon/shimon kowalski/kovalska wojcik/voychik szczepanski/schepanski "
        "zielinski/zhelinski nowicki/novitski andrzej/andjey potocki/pototski "
        "wisniewski/vishnevski jadwiga/yadviga jakub/yakub wiktoria/victoria ewelina/evelina "
        "oliwia/olivia oskar/oscar mateusz/matayush lukasz/lukash dariusz/dariush janusz/yanush "
        "grazyna/grazhina mieczyslaw/mechislav jaroslaw/yaroslav czeslaw/cheslav zbigniew/zbignev "
        "boleslaw/boleslav krzysztof/kshishtof wojtek/voytek michalina/mihalina jerzy/yezhi "
        "piotrowski/piotrovsky chmielewski/hmelevsky maja/maya kaja/kaya julia/yulia "
        "zuzanna/susanna kacper/katsper czarnecki/charnetski agnieszka/agneshka walczak/valchak "
        "jagoda/yagoda"
    ),
    "arabic": (
        "khadija/hadija yusuf/yousef uthman/usman thuraya/soraya fadhil/fazil gamal/jamal "
        "gamila/jameela abdulrahman/abdurrahman abdulsalam/abdussalam nasruddin/nasreddine "
        "mustafa/moustapha sufyan/soufiane bilal/belal tariq/tarek khalid/halid jibril/djibreel "
        "hafsa/hafza leila/layla hajar/hagar sulaiman/suleyman habib/habeeb noura/nora huda/hoda "
        "iman/eman faisal/feisal mukhtar/muktar zainab/zeinab oualid/walid aicha/aisha "
        "cheikh/sheikh hussain/husayn muhammad/mohamed mahmoud/mahmud ghassan/gassan ouarda/warda "
        "naoual/nawal tawfiq/toufik rachid/rashid samira/sameera youssra/yusra"
    ),
    "somali": (
        "maxamed/mohammed cabdi/abdi xodan/hodan caasha/aisha faarax/farah xuseen/hussain "
        "xasan/hassan faadumo/fadumo khadiijo/hadijo jaamac/jama ismaaciil/ismail yoonis/younis "
        "saciid/said guuleed/guled deeqa/deka qaali/kali sahra/zahra saynab/zainab ifrax/ifrah "
        "muxubo/muhubo axmed/ahmed cumar/omar cismaan/osman cali/ali cawil/awil canab/anab "
        "caydiid/aideed xaliimo/halima xaawo/hawa xirsi/hirsi xamdi/hamdi dhaqane/dakane "
        "maxamuud/mahmoud liibaan/liban saalax/salah sucaad/suad sacdiyo/sadia nimco/nimo "
        "cabdiqaadir/abdikadir cabdiraxmaan/abdirahman cawo/awo rooble/roble jimcaale/jimale"
    ),
    "west african": (
        "diallo/jallow ouattara/watara segun/shegun djibril/jibril cisse/sesay chukwu/chuku "
        "oluwaseun/oluwashayun gbenga/benga kpodo/podo kwabena/kabena gyasi/jasi gyamfi/jamfi "
        "agyeman/adjeman adwoa/ajoa kyerewaa/cherewa kyeremeh/cheremeh twum/chum nkem/inkem "
        "nnamdi/namdi ngozi/engozi mbeki/embeki cheikh/sheik nyarko/niarko babatunde/babatoonday "
        "adebayo/adebio olufemi/olufemy folasade/folashadey chinedu/chinaydu obinna/obina "
        "ifeoma/ifioma temitope/temitopay titilayo/titilaio mamadou/mamadu aminata/aminatta "
        "ibrahima/ibraima koffi/kofi ousmane/usman chidi/cheedi emeka/emeca kouame/kuame "
        "moussa/musa coulibaly/kulibali"
    ),
    "irish": (
        "siobhan/shivawn siobhan/chevonne aoife/eefa caoimhe/keeva niamh/neve saoirse/seersha "
        "sinead/shinade oisin/osheen cillian/killian ciara/keira eoghan/owen caitlin/kathleen "
        "meadhbh/medhbh grainne/granya aisling/ashling dearbhla/dervla ruairi/rory "
        "diarmuid/dermot seamus/shamus blathnaid/blawnid fionnuala/finola roisin/rosheen "
        "eimear/emer orla/orlagh cathal/cahal clodagh/cloda darragh/dara"
    ),
    "scottish": (
        "eilidh/eiley mhairi/vari catriona/katrina ruaridh/ruari iain/ian calum/callum ewan/euan "
        "macdonald/mcdonald mackenzie/mckensie mcleod/macloud campbell/cambell farquhar/farker "
        "urquhart/urkart fergus/fergas kirsty/kirstie morag/morrag lachlan/laklan shona/seona "
        "thomson/thompson hamish/haymish"
    ),
    "caribbean": (
        "shanice/shaneece latoya/latoyah tyrone/tyroan dwayne/dwain keisha/kesha marcia/marsha "
        "tanisha/taneesha kemar/keemar shantelle/chantelle delroy/dellroy leroy/leeroy "
        "deshawn/deshaun renee/renay monique/moneek"
    ),
    "turkish": (
        "ayse/ayshe huseyin/hussain mehmet/mehmed yilmaz/yilmas suleyman/sulayman fatih/fatee "
        "emine/emineh zeynep/zaynep ozturk/osturk kaya/kaia sahin/shahin elif/eleef cetin/chetin "
        "celik/chelik"
    ),
    "portuguese": (
        "conceicao/conseicao teixeira/teshera goncalves/gonsalves fernandes/fernandez lopes/lopez "
        "matheus/mateus thiago/tiago luiz/luis beatriz/beatris felipe/philipe rodrigues/rodriges "
        "henrique/henrik mendonca/mendonsa raquel/rakel"
    ),
    "romanian": (
        "stefan/shtefan ciprian/chiprian andrei/andrey cezar/chezar ioana/yoana iulia/yulia "
        "mihai/mihay cristian/kristian nicolae/nikolai ionescu/yonescu popescu/popesku "
        "alexandru/aleksandru gheorghe/george ecaterina/ekaterina"
    ),
    "chinese": (
        "qian/chien zhang/chang cai/tsai jiang/chiang xiao/shiao qin/chin zheng/cheng "
        "nguyen/nuyen hsiao/xiao zhao/chao"
    ),
}

UNLIKE = {
    "english": (
        "oliver/amelia jack/harry martin/martina khan/kane paul/paula george/grace emma/ruby "
        "james/jonas daniel/daniela thomas/tamsin megan/morgan alfie/elsie leo/lily noah/nora "
        "lucas/louise logan/leon max/may isaac/ian smith/sutton taylor/tilda brown/barrow "
        "wilson/allison clark/kirk ward/wood hall/hill hill/hull hunt/hinds marsh/mercer "
        "robert/roberta simon/simona callum/cameron connor/owner lloyd/ellie grace/george"
    ),
    "welsh": (
        "sian/sion megan/morgan dafydd/daniel gwen/gwyneira rhys/ross llew/lowri ifan/ffion "
        "nia/non carys/cerian catrin/catherwood eleri/elin elin/alun alun/eilian mali/marged "
        "gethin/gwenda cadi/ceri bethan/bronwen osian/ethan emlyn/emyr nerys/nest tegid/tegan "
        "macsen/mason deiniol/delyth gwilym/gwenllian siwan/sioned"
    ),
    "south asian": (
        "amina/amira khan/kaur ali/ellie singh/shah patel/pathak priya/pooja sunita/sunil "
        "rahul/rohan arjun/anjan imran/imaan zara/zoya hamza/humera bilal/balraj fatima/farah "
        "ravi/reva anil/anita harpreet/harjit gurpreet/gurjit deepa/dev mehak/malik nadia/nida "
        "sana/sunny usman/asim rashid/rashida kamal/kamla"
    ),
    "polish": (
        "kowalski/kaminski nowak/nowotny jan/jana piotr/patryk anna/hanna ewa/iwo zofia/zosma "
        "jakub/jacek adam/ada tomasz/tymon marek/marika pawel/paulina ola/ela kasia/kuba "
        "basia/bosko wojcik/wozniak julia/juliusz oskar/osman lena/luna marta/martin igor/iga "
        "filip/felka dawid/dorota wanda/wojtek kamil/kinga antek/ania"
    ),
    "arabic": (
        "amina/amal hassan/hisham omar/amir khalid/khalil salim/salma karim/kamil nour/nahar "
        "layla/lulu yusuf/yasir maryam/marwan samir/samara ahmed/hamid ali/ala fatima/fatin "
        "huda/hadi hana/hani jamal/jamila rashid/rashida tariq/tarub nasir/nusra said/sudi "
        "walid/waleeda bilal/balqis iman/amin hiba/habib"
    ),
    "somali": (
        "cabdi/cali maxamed/muxubo xaliimo/xaawo caasha/canab faadumo/fahma cumar/cali nuur/nuux "
        "jaamac/jibril warsame/wacays hodan/hani ifrax/ifraan ayaan/anis deeqa/dahir idil/abdul "
        "sahra/suhur saynab/sabriin yuusuf/yaasiin guuleed/geedi rooble/ruqiya shukri/sharif "
        "barkhad/barre liibaan/leyla axmed/axlaam cismaan/ciise xirsi/xaashi"
    ),
    "west african": (
        "kofi/kwame seun/segun tobi/temi ade/ayo chidi/chioma emeka/amaka ngozi/nkechi "
        "fatou/fanta diallo/diop traore/toure kwasi/kwaku yaa/yaw ama/abena bola/bayo femi/funmi "
        "kemi/kunle obi/oge uche/ucheoma musa/mariam sade/sola tunde/tayo ify/ada amadou/aminata "
        "keita/kone bah/barry jallow/jobe"
    ),
}
